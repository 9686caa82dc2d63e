import { AppError } from '@entrepot/kernel';
import { INFO_FILE_NAME } from '@entrepot/ocs-wire';
import { z } from 'zod';
import type { BuildManifest } from '../builds/build-manifest.js';
import { ERRORS } from '../errors.js';
import { templateSchema } from '../templates/template-schema.js';
import { settingsShape } from './package-settings.js';
import { isBuilt } from './package-view.js';
import type { PackageEntity } from './package.entity.js';

const storedFile = z.object({
  /** As agents ask for it below the file id. */
  name: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Lower-case hexadecimal, as all digests here. */
  sha256: z.string(),
});

/** What a version consists of, and where it comes from; kept for ever. */
export const manifestView = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.int(),
  fileId: z.string(),
  operatingSystem: settingsShape.operatingSystem,
  action: settingsShape.action,
  /** What the action was made from; null when it was given as it is. */
  template: templateSchema.nullable(),
  /** What agents put together from the fragments; null without one. */
  archive: z.object({ size: z.int(), md5: z.string(), sha256: z.string() }).nullable(),
  /** In order. */
  fragments: z.array(storedFile),
  info: storedFile,
  /** What was sent; null without an archive. */
  source: z
    .object({
      /** As the sender calls it. */
      fileName: z.string().nullable(),
      /** The account that sent it. */
      sender: z.string().nullable(),
      size: z.int(),
      sha256: z.string(),
    })
    .nullable(),
  virusScan: z
    .object({
      result: z.enum(['clean', 'too-large']),
      scanner: z.string(),
      at: z.string(),
    })
    .nullable(),
  /** Whether `…/sbom` has a software bill of materials. */
  hasSbom: z.boolean(),
  createdAt: z.iso.datetime(),
  /** Who asked for the build, and when it ran. */
  builtBy: z.string().nullable(),
  buildStartedAt: z.iso.datetime().nullable(),
  builtAt: z.iso.datetime().nullable(),
  deletedAt: z.iso.datetime().nullable(),
});

export type ManifestView = z.output<typeof manifestView>;

/** @throws AppError BUILDER_PACKAGE_STATE when it was never built */
export function toManifestView(entity: PackageEntity, hasSbom: boolean): ManifestView {
  const { id, name, version, fileId, operatingSystem, action, template } = entity;
  const manifest = builtManifest(entity);
  const info = manifest.blobs.find((blob) => blob.name === INFO_FILE_NAME);
  if (info === undefined) throw new Error(`The manifest of package ${id} has no info file.`);
  const { size, md5, sha256 } = manifest;
  return {
    ...{ id, name, version, fileId, operatingSystem, action, template },
    archive: entity.hasArchive ? { size, md5, sha256 } : null,
    fragments: manifest.blobs.filter((blob) => blob !== info),
    info,
    source: entity.source,
    virusScan: entity.virusScan,
    hasSbom,
    createdAt: entity.createdAt.toISOString(),
    builtBy: entity.builtBy,
    buildStartedAt: entity.buildStartedAt?.toISOString() ?? null,
    builtAt: entity.builtAt?.toISOString() ?? null,
    deletedAt: entity.deletedAt?.toISOString() ?? null,
  };
}

function builtManifest(entity: PackageEntity): BuildManifest {
  if (isBuilt(entity) && entity.manifest !== null) return entity.manifest;
  const reason = `There is no manifest while the package is ${entity.state}: it is made by the build.`;
  throw new AppError(ERRORS.BUILDER_PACKAGE_STATE, reason, { state: entity.state });
}
