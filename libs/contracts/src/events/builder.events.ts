import { z } from 'zod';
import { defineEvent, defineJob } from './define-event.js';

const builtPackage = { packageId: z.uuid(), fileId: z.string().regex(/^\d{10}$/), at: z.iso.datetime() };

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
  }),
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
