import { z } from 'zod';
import { activationIdSchema, deviceIdSchema } from '../id.schemas.js';
import { scheduleSchema } from './schedule.js';

const DEVICES_MAX = 1000;
const POST_COMMAND_MAX = 255;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

export const assignPackageSchema = z.strictObject({
  activationId: activationIdSchema,
  deviceIds: z.array(deviceIdSchema).min(1).max(DEVICES_MAX),
  /** Runs also where the agent's history lists the package. */
  force: z.boolean().default(false),
  schedule: scheduleSchema.optional(),
  /** `REBOOT`, `SHUTDOWN` or a command line; Windows agents only. */
  postCommand: z
    .string()
    .min(1)
    .max(POST_COMMAND_MAX)
    .refine((text) => !CONTROL_CHARACTER.test(text), 'must not contain control characters')
    .optional(),
});
export type AssignPackageInput = z.infer<typeof assignPackageSchema>;

export const assignedSchema = z.object({
  items: z.array(
    z.object({ assignmentId: z.uuid(), deviceId: z.uuid(), deliveryId: z.uuid(), attempt: z.int() }),
  ),
  total: z.int(),
});
export type Assigned = z.infer<typeof assignedSchema>;

export const assignmentViewSchema = z.object({
  id: z.uuid(),
  activationId: z.uuid(),
  packageId: z.uuid(),
  fileId: z.string(),
  packageName: z.string(),
  deviceId: z.uuid(),
  deviceName: z.string().nullable(),
  force: z.boolean(),
  schedule: z.string().nullable(),
  postCommand: z.string().nullable(),
  attempt: z.int(),
  createdAt: z.iso.datetime(),
  /** The latest attempt. */
  delivery: z.object({ id: z.uuid(), state: z.string(), code: z.string().nullable() }),
});
export type AssignmentView = z.infer<typeof assignmentViewSchema>;
