import { z } from 'zod';

export const deliveryStateSchema = z.enum([
  'waiting',
  'notified',
  'succeeded',
  'failed',
  'withdrawn',
  'superseded',
]);

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
  notifiedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  reportedAt: z.iso.datetime().nullable(),
  /** Reports that left the package on offer. */
  retries: z.int(),
  /** As sent, oldest first: the newest ten in a list, all (up to a thousand) for one delivery. */
  reports: z.array(reportSchema),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

export const packageStatisticsSchema = z.object({
  packageId: z.uuid(),
  fileId: z.string(),
  /** The latest attempt of each assignment. */
  counts: z.object({ waiting: z.int(), notified: z.int(), succeeded: z.int(), failed: z.int() }),
  total: z.int(),
  /** Most frequent first. */
  failuresByCode: z.array(z.object({ code: z.string(), count: z.int() })),
  lastReportAt: z.iso.datetime().nullable(),
});
export type PackageStatisticsView = z.infer<typeof packageStatisticsSchema>;
