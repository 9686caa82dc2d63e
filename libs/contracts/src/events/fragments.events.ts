import { z } from 'zod';
import { defineEvent, defineJob } from './define-event.js';

const at = z.iso.datetime();
const fileId = z.string().regex(/^\d{10}$/);

/** Requests of one address for one file, gathered for a second or so. */
const access = z.object({
  fileId,
  /** The number of the fragment, from 1; 0 is the info file. */
  fragment: z.int().min(0),
  /** The unguessable part of the info location that a device was told of; null for fragments and shared locations. */
  ticket: z.string().max(64).nullable(),
  /** Of whoever asked: a machine, or the proxy it came through. */
  address: z.string().max(64),
  requests: z.int().min(1),
  /** Requests that were answered to their end. */
  complete: z.int().min(0),
  bytes: z.int().min(0),
  /** When the last of them ended. */
  at,
});
/** What agents fetched, in batches. A crash may lose about the last second. */
export const filesServed = defineEvent(
  'ocs.evt.fragments.files.served.v1',
  z.object({ accesses: z.array(access).min(1).max(500), at }),
);

const damage = {
  /** Of the bytes that should be there. */
  sha256: z.string(),
  /** The files that agents know these bytes as. */
  files: z.array(z.object({ fileId, name: z.string() })).max(1_000),
  at,
};

/** Stored bytes are not what they should be; they are no longer served, until another copy is found or they are right. */
export const integrityFailed = defineEvent(
  'ocs.evt.fragments.integrity.failed.v1',
  z.object({ ...damage, reason: z.string().max(1_000) }),
);

/** Damaged bytes were replaced from another copy, or are right after all. */
export const integrityRestored = defineEvent(
  'ocs.evt.fragments.integrity.restored.v1',
  z.object({ ...damage, source: z.string().max(255) }),
);

/** Everything of a package was read again; `damaged` has the names of what is not as published. */
export const packageVerified = defineEvent(
  'ocs.evt.fragments.package.verified.v1',
  z.object({ fileId, intact: z.boolean(), damaged: z.array(z.string()).max(10_001), at }),
);

/** A deleted package cannot be downloaded any more, and its bytes are free unless another package has the same. */
export const packageFreed = defineEvent('ocs.evt.fragments.package.freed.v1', z.object({ fileId, at }));

/** Asks to read everything of a package again. */
export const verifyPackageJob = defineJob('ocs.job.fragments.verify-package.v1', z.object({ fileId }));

/** Asks to purge a package from one registered proxy cache. */
export const purgeProxyJob = defineJob(
  'ocs.job.fragments.purge-proxy.v1',
  z.object({ proxyCacheId: z.uuid(), fileId }),
);
