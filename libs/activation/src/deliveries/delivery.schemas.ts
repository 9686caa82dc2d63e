import { z } from 'zod';
import { wordsSchema } from '../words.js';
import { DELIVERY_STAGES } from './delivery-stage.js';

export const deliveryStateSchema = z.enum([
  'waiting',
  'notified',
  'succeeded',
  'failed',
  'withdrawn',
  'superseded',
]);

export const deliveryStageSchema = z.enum(DELIVERY_STAGES);

const reportSchema = z.object({ at: z.iso.datetime(), code: z.string() });

export const deliveryViewSchema = z.object({
  id: z.uuid(),
  assignmentId: z.uuid(),
  activationId: z.uuid(),
  packageId: z.uuid(),
  packageName: z.string(),
  fileId: z.string(),
  deviceId: z.uuid(),
  deviceName: z.string().nullable(),
  attempt: z.int(),
  force: z.boolean(),
  schedule: z.string().nullable(),
  postCommand: z.string().nullable(),
  assignedBy: z.string(),
  state: deliveryStateSchema,
  code: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** A retry or a repetition is offered from then on. */
  notBefore: z.iso.datetime().nullable(),
  notifiedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  reportedAt: z.iso.datetime().nullable(),
  /** Reports that left the package on offer. */
  retries: z.int(),
  /** Automatic retries that led to this attempt. */
  retry: z.int(),
  /** How far it is, as far as this server can see; `archived` hides the state. */
  stage: deliveryStageSchema,
  stageSince: z.iso.datetime(),
  stageAgeSeconds: z.int(),
  /** `warning` also for results that agents take for a success and that are none (SUCCESS_1). */
  severity: z.enum(['info', 'success', 'warning', 'failure']),
  /** Why it is where it is, and what to do. */
  reason: wordsSchema,
  infoFetchedAt: z.iso.datetime().nullable(),
  /** What the address that fetched the info file has fetched: machines behind one address or proxy are not told apart. */
  fragments: z.object({ fetched: z.int(), total: z.int().nullable(), address: z.string() }).nullable(),
  archiveId: z.uuid().nullable(),
  /** As sent, oldest first: the newest ten in a list, all (up to a thousand) for one delivery. */
  reports: z.array(reportSchema),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;
