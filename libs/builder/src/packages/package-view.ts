import { z } from 'zod';
import { templateSchema } from '../templates/template-schema.js';
import type { Upload } from '../uploads/upload.repository.js';
import { settingsShape } from './package-settings.js';
import { PACKAGE_STATES } from './package-state.js';
import { packageWarning, packageWarnings } from './package-warnings.js';
import type { PackageEntity } from './package.entity.js';

const progress = z.object({ bytes: z.int(), total: z.int() });

/** A version of a package as the API shows it. */
export const packageView = z.object({
  id: z.uuid(),
  fileId: z.string(),
  /** From 1. */
  version: z.int(),
  /** The number of the newest version of this name, whatever its state. */
  latestVersion: z.int(),
  ...settingsShape,
  /** What the action was made from; null when it was given as it is. */
  template: templateSchema.nullable(),
  /** How the upload becomes the archive: `none` when it has to be one, else it is packed as one file. */
  packing: z.enum(['none', 'zip', 'tar.gz']),
  /** What that file is called in the archive. */
  packedName: z.string().nullable(),
  state: z.enum(PACKAGE_STATES),
  /** Where to send the archive by tus, a path on this server; null without an archive and once it is built. */
  upload: z
    .object({
      url: z.string(),
      offset: z.int(),
      size: z.int().nullable(),
      fileName: z.string().nullable(),
      sender: z.string().nullable(),
    })
    .nullable(),
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
  warnings: z.array(packageWarning),
  createdAt: z.iso.datetime(),
  /** Who asked for the last build, and when it began. */
  builtBy: z.string().nullable(),
  buildStartedAt: z.iso.datetime().nullable(),
  builtAt: z.iso.datetime().nullable(),
  deletedAt: z.iso.datetime().nullable(),
});

export type PackageView = z.output<typeof packageView>;

/** @param latestVersion the number of the newest version of this name */
export function toPackageView(
  entity: PackageEntity,
  upload: Upload | null,
  latestVersion: number,
): PackageView {
  const { id, fileId, version, template, packing, packedName, state, errorCode, errorReason } = entity;
  const built = isBuilt(entity) ? entity.manifest : null;
  const isUploading = state === 'draft' || state === 'uploaded';
  return {
    id,
    fileId,
    version,
    latestVersion,
    ...settingsOf(entity),
    template,
    packing,
    packedName,
    state,
    upload: upload && uploadView(upload),
    progress: isUploading
      ? { bytes: upload?.position ?? 0, total: upload?.size ?? 0 }
      : { bytes: entity.progressBytes, total: entity.progressTotal },
    digests: built && { md5: built.md5, sha256: built.sha256 },
    size: built?.size ?? null,
    fragmentCount: built?.fragments ?? null,
    error: errorCode === null ? null : { code: errorCode, reason: errorReason ?? '' },
    warnings: packageWarnings(entity, {
      size: built?.size ?? upload?.size ?? null,
      fileName: packing === 'none' ? (entity.source?.fileName ?? upload?.fileName ?? null) : null,
    }),
    createdAt: entity.createdAt.toISOString(),
    builtBy: entity.builtBy,
    buildStartedAt: entity.buildStartedAt?.toISOString() ?? null,
    builtAt: entity.builtAt?.toISOString() ?? null,
    deletedAt: entity.deletedAt?.toISOString() ?? null,
  };
}

/** Whether agents have, or had, something to download. */
export function isBuilt({ state }: Pick<PackageEntity, 'state'>): boolean {
  return state === 'built' || state === 'deleted';
}

function settingsOf(entity: PackageEntity): Pick<PackageView, keyof typeof settingsShape> {
  const { name, description, operatingSystem, protocol, priority } = entity;
  const { action, hasArchive, notify, needDoneAction, fragments } = entity;
  const essential = { name, description, operatingSystem, protocol, priority, action, hasArchive };
  return { ...essential, notify, needDoneAction, fragments };
}

/** Path of the tus endpoint of this API. */
export const UPLOADS_PATH = '/api/v1/uploads';

function uploadView({ id, position, size, fileName, sender }: Upload): PackageView['upload'] {
  return { url: `${UPLOADS_PATH}/${id}`, offset: position, size, fileName, sender };
}
