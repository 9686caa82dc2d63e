import { z } from 'zod';
import { repetitionSchema } from '../attempts/repetition.js';

export const ruleViewSchema = z.object({
  id: z.uuid(),
  activationId: z.uuid(),
  packageId: z.uuid(),
  fileId: z.string(),
  packageName: z.string(),
  packageVersion: z.int(),
  targetKind: z.enum(['group', 'search']),
  targetId: z.uuid(),
  /** As it was when something was last assigned to it. */
  targetName: z.string(),
  /** False once inventory has no such group or saved search any more; then nobody joins, and what waited is withdrawn. */
  targetExists: z.boolean(),
  force: z.boolean(),
  schedule: z.string().nullable(),
  postCommand: z.string().nullable(),
  afterPackageId: z.uuid().nullable(),
  repeat: repetitionSchema.nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  /** When it last had what its target had at that moment, and how many devices these were; null until then. */
  settledAt: z.iso.datetime().nullable(),
  expectedMembers: z.int().nullable(),
  /** Devices that it gives the package to now. */
  members: z.int(),
  /** Members whose assignment somebody withdrew; they do not get it again. */
  excluded: z.int(),
  /** The latest attempts of its members that are due. */
  counts: z.object({ waiting: z.int(), notified: z.int(), succeeded: z.int(), failed: z.int() }),
});
export type RuleView = z.infer<typeof ruleViewSchema>;
