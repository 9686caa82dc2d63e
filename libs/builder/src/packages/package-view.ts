import { z } from 'zod';
import { createPackageSchema, settingsWarnings } from './package-settings.js';
import type { PackageEntity } from './package.entity.js';
import type { Upload } from '../uploads/upload.repository.js';

const progress = z.object({ bytes: z.int(), total: z.int() });

/** A package as the API shows it. */
export const packageView = z.object({
  id: z.uuid(),
  fileId: z.string(),
  ...createPackageSchema.shape,
  state: z.enum(['draft', 'uploaded', 'building', 'built', 'failed']),
  /** Where to send the archive by tus, a path on this server; null without an archive and once it is built. */
  upload: z.object({ url: z.string(), offset: z.int(), size: z.int().nullable() }).nullable(),
  /** Of the upload until it is complete, then of the build (bytes over all its passes). */
  progress,
  /** Of the archive, lower-case hexadecimal; null until built, empty without an archive. */
  digests: z.object({ md5: z.string(), sha256: z.string() }).nullable(),
  /** Bytes of the archive; null until built. */
  size: z.int().nullable(),
  fragmentCount: z.int().nullable(),
  /** Why the last build failed. */
  error: z.object({ code: z.string(), reason: z.string() }).nullable(),
  /** What agents of this operating system will ignore or trip over. */
  warnings: z.array(z.string()),
  createdAt: z.iso.datetime(),
  builtAt: z.iso.datetime().nullable(),
});

export type PackageView = z.output<typeof packageView>;

export function toPackageView(entity: PackageEntity, upload: Upload | null): PackageView {
  const { name, description, operatingSystem, protocol, priority, action, notify, needDoneAction } = entity;
  const { fragments, hasArchive, state, errorCode, errorReason } = entity;
  const settings = {
    name,
    description,
    operatingSystem,
    protocol,
    priority,
    action,
    notify,
    needDoneAction,
    fragments,
    hasArchive,
  };
  const built = state === 'built' ? entity.manifest : null;
  const isUploading = state === 'draft' || state === 'uploaded';
  return {
    id: entity.id,
    fileId: entity.fileId,
    ...settings,
    state,
    upload: upload && { url: uploadPath(upload.id), offset: upload.position, size: upload.size },
    progress: isUploading
      ? { bytes: upload?.position ?? 0, total: upload?.size ?? 0 }
      : { bytes: entity.progressBytes, total: entity.progressTotal },
    digests: built && { md5: built.md5, sha256: built.sha256 },
    size: built?.size ?? null,
    fragmentCount: built?.fragments ?? null,
    error: errorCode === null ? null : { code: errorCode, reason: errorReason ?? '' },
    warnings: settingsWarnings(settings),
    createdAt: entity.createdAt.toISOString(),
    builtAt: entity.builtAt?.toISOString() ?? null,
  };
}

/** Path of the tus endpoint of this API. */
export const UPLOADS_PATH = '/api/v1/uploads';

function uploadPath(id: string): string {
  return `${UPLOADS_PATH}/${id}`;
}
