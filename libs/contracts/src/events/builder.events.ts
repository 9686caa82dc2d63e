import { z } from 'zod';
import { defineEvent, defineJob } from './define-event.js';

const builtPackage = { packageId: z.uuid(), fileId: z.string().regex(/^\d{10}$/), at: z.iso.datetime() };

const storedFile = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A package's fragments and info file are stored, read back and equal to what was uploaded. */
export const packageBuilt = defineEvent(
  'ocs.evt.builder.package.built.v1',
  z.object({
    ...builtPackage,
    name: z.string(),
    /** How agents fetch the fragments. */
    protocol: z.enum(['HTTP', 'HTTPS']),
    operatingSystem: z.enum(['windows', 'linux', 'macos']),
    priority: z.int().min(0).max(9),
    fragments: z.int().min(0),
    size: z.int().min(0),
    md5: z.string(),
    sha256: z.string(),
    /** Which version of the name this is, from 1. */
    version: z.int().min(1).default(1),
    /** What agents download, for whoever checks that a place serves it; the fragments are null without an archive. */
    files: z
      .object({ info: storedFile, first: storedFile.nullable(), last: storedFile.nullable() })
      .nullable()
      .default(null),
  }),
);

/**
 * Somebody deleted a built package; its name and file id are never used again. Agents that were told of it may fetch
 * its fragments on, unless it was taken back `immediately` because it is defective.
 */
export const packageDeleted = defineEvent(
  'ocs.evt.builder.package.deleted.v1',
  z.object({ ...builtPackage, name: z.string(), version: z.int().min(1), immediately: z.boolean() }),
);

/** How far the upload of an archive is; told every few seconds, and at its end. */
export const uploadProgressed = defineEvent(
  'ocs.evt.builder.upload.progressed.v1',
  z.object({ ...builtPackage, bytes: z.int().min(0), total: z.int().min(0).nullable() }),
);

/** How far a build is, in bytes over all its passes; told every few seconds. */
export const buildProgressed = defineEvent(
  'ocs.evt.builder.package.build-progressed.v1',
  z.object({ ...builtPackage, bytes: z.int().min(0), total: z.int().min(0) }),
);

/** A build ended without a package; nothing of it can be downloaded. */
export const packageBuildFailed = defineEvent(
  'ocs.evt.builder.package.build-failed.v1',
  z.object({ ...builtPackage, code: z.string(), reason: z.string() }),
);

/** Asks the builder to build a package whose archive is complete. */
export const buildPackageJob = defineJob(
  'ocs.job.builder.build-package.v1',
  z.object({ packageId: z.uuid() }),
);
