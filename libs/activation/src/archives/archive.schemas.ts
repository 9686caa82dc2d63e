import { uuidOf } from '@entrepot/platform-http';
import { z } from 'zod';

export const archiveIdSchema = z.uuid().pipe(uuidOf());

export const archiveKindSchema = z.enum(['succeeded', 'reported', 'not-notified']);
export type ArchiveKind = z.infer<typeof archiveKindSchema>;

export const archiveDeliveriesSchema = z.strictObject({
  /** What to put away: what succeeded, what has any result, or what no device was told of yet. */
  kind: archiveKindSchema,
});
export type ArchiveDeliveriesInput = z.infer<typeof archiveDeliveriesSchema>;

export const archiveViewSchema = z.object({
  id: z.uuid(),
  packageId: z.uuid(),
  packageName: z.string(),
  kind: archiveKindSchema,
  /** How many deliveries were put away. */
  deliveries: z.int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  /** Who put them back, and when; null while they are away. */
  restoredBy: z.string().nullable(),
  restoredAt: z.iso.datetime().nullable(),
});
export type ArchiveView = z.infer<typeof archiveViewSchema>;
