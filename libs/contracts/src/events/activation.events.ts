import { z } from 'zod';
import { defineEvent, defineJob } from './define-event.js';

/** A package can now be assigned from the given locations (host[:port]/path, no scheme). */
export const packageActivated = defineEvent(
  'ocs.evt.activation.package.activated.v1',
  z.object({
    activationId: z.uuid(),
    packageId: z.uuid(),
    fileId: z.string(),
    infoLocation: z.string(),
    fragmentLocation: z.string(),
    at: z.iso.datetime(),
  }),
);

/** A delivery entered a state; `code` is the agent's word when it reported one. */
export const deliveryChanged = defineEvent(
  'ocs.evt.activation.delivery.changed.v1',
  z.object({
    deliveryId: z.uuid(),
    assignmentId: z.uuid(),
    deviceId: z.uuid(),
    packageId: z.uuid(),
    fileId: z.string(),
    attempt: z.int().min(1),
    state: z.enum(['waiting', 'notified', 'succeeded', 'failed', 'withdrawn', 'superseded']),
    code: z.string().nullable(),
    at: z.iso.datetime(),
  }),
);

/** A machine reported that a package's bytes are not what they should be; `code` is its word (OCS-PROTOCOL.md §4.5). */
export const packageDoubted = defineEvent(
  'ocs.evt.activation.package.doubted.v1',
  z.object({
    packageId: z.uuid(),
    fileId: z.string(),
    deliveryId: z.uuid(),
    deviceId: z.uuid(),
    code: z.string(),
    at: z.iso.datetime(),
  }),
);

/** No device that was told of a deleted package may still be fetching it. */
export const packageReleased = defineEvent(
  'ocs.evt.activation.package.released.v1',
  z.object({ packageId: z.uuid(), fileId: z.string(), at: z.iso.datetime() }),
);

/**
 * Asks to compare what a rule has given with the devices that are in its group or search, those after `after` in the
 * order of ids; `members` were found up to there.
 */
export const settleRuleJob = defineJob(
  'ocs.job.activation.settle-rule.v1',
  z.object({ ruleId: z.uuid(), after: z.uuid().nullable(), members: z.int().min(0) }),
);

/** Asks to take back what still waits of an activation that is withdrawn, some deliveries at a time. */
export const withdrawWaitingJob = defineJob(
  'ocs.job.activation.withdraw-waiting.v1',
  z.object({ activationId: z.uuid() }),
);
