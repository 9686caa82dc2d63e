import { z } from 'zod';
import { repetitionSchema } from '../attempts/repetition.js';
import { activationIdSchema, deviceIdSchema, packageSetIdSchema } from '../id.schemas.js';
import { wordsSchema } from '../words.js';
import { scheduleSchema } from './schedule.js';

const DEVICES_MAX = 1000;
const TARGETS_MAX = 50;
const ACTIVATIONS_MAX = 50;
const POST_COMMAND_MAX = 255;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

const targetIds = z
  .array(z.uuid().transform((id) => id.toLowerCase()))
  .max(TARGETS_MAX)
  .default([]);

export const assignPackageSchema = z
  .strictObject({
    /** What to give: one activation, several, or the newest activation of each package of a set. */
    activationId: activationIdSchema.optional(),
    activationIds: z.array(activationIdSchema).min(1).max(ACTIVATIONS_MAX).optional(),
    setId: packageSetIdSchema.optional(),
    /** To whom: devices, and whatever is in groups or fits saved searches at any time. */
    deviceIds: z.array(deviceIdSchema).max(DEVICES_MAX).default([]),
    groupIds: targetIds,
    searchIds: targetIds,
    /** Each package only once the one before it has succeeded on the device; of a set as the set says, unless given. */
    inOrder: z.boolean().optional(),
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
    /** After each result once more, at the next of these times; the first attempt is at once. */
    repeat: repetitionSchema.optional(),
  })
  .superRefine(({ activationId, activationIds, setId, deviceIds, groupIds, searchIds }, context) => {
    if ([activationId, activationIds, setId].filter((what) => what !== undefined).length !== 1)
      context.addIssue({
        code: 'custom',
        path: ['activationId'],
        message: 'needs one of activationId, activationIds and setId',
      });
    if (deviceIds.length + groupIds.length + searchIds.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['deviceIds'],
        message: 'needs a device, a group or a saved search',
      });
  });
export type AssignPackageInput = z.infer<typeof assignPackageSchema>;

const warningSchema = z.object({
  code: z.enum([
    'SCHEDULE_IGNORED',
    'POSTCMD_IGNORED',
    'OPERATING_SYSTEM_DIFFERS',
    'PRIORITY_ABOVE_PERIOD',
    'DOWNLOADS_OFF',
    'PACKAGE_DAMAGED',
  ]),
  packageId: z.uuid(),
  /** Devices that it concerns, of those that were looked at; null where it concerns all. */
  devices: z.int().nullable(),
  text: wordsSchema,
});
export type AssignmentWarning = z.infer<typeof warningSchema>;

const estimateSchema = z.object({
  /** Devices that were looked at: those named, and up to a thousand of each group and saved search. */
  devices: z.int(),
  /** From the downloader's first cycle until all packages have run, one after the other; null when none ever will. */
  fastestSeconds: z.int().nullable(),
  slowestSeconds: z.int().nullable(),
  /** Devices that will never download one of them. */
  neverDevices: z.int(),
});
export type AssignmentEstimate = z.infer<typeof estimateSchema>;

export const assignedSchema = z.object({
  /** The attempts that began on the devices that were named. */
  items: z.array(
    z.object({
      assignmentId: z.uuid(),
      activationId: z.uuid(),
      deviceId: z.uuid(),
      deliveryId: z.uuid(),
      attempt: z.int(),
    }),
  ),
  total: z.int(),
  /** One for each activation and group or saved search; their members follow within moments. */
  rules: z.array(
    z.object({
      ruleId: z.uuid(),
      activationId: z.uuid(),
      packageId: z.uuid(),
      targetKind: z.enum(['group', 'search']),
      targetId: z.uuid(),
      targetName: z.string(),
    }),
  ),
  warnings: z.array(warningSchema),
  /** Null where a package is so old that its fragments were not told. */
  estimate: estimateSchema.nullable(),
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
  /** Given to the device itself; false when it is there because of rules. */
  direct: z.boolean(),
  force: z.boolean(),
  schedule: z.string().nullable(),
  postCommand: z.string().nullable(),
  /** The package that has to succeed on the device before. */
  afterPackageId: z.uuid().nullable(),
  repeat: repetitionSchema.nullable(),
  attempt: z.int(),
  createdAt: z.iso.datetime(),
  /** The latest attempt. */
  delivery: z.object({
    id: z.uuid(),
    state: z.string(),
    code: z.string().nullable(),
    /** Why it waits: `window`, `order`, `limit`, `damaged`, `retry` or `repeat`. */
    held: z.string().nullable(),
    notBefore: z.iso.datetime().nullable(),
  }),
});
export type AssignmentView = z.infer<typeof assignmentViewSchema>;
