import { locationProblem } from '@entrepot/ocs-wire';
import { z } from 'zod';
import { packageIdSchema } from '../id.schemas.js';

/** An info or fragment location: `host[:port]/path`. */
const locationSchema = z.string().superRefine((location, context) => {
  const problem = locationProblem(location);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

export const activatePackageSchema = z.strictObject({
  packageId: packageIdSchema,
  infoLocation: locationSchema.optional(),
  fragmentLocation: locationSchema.optional(),
});
export type ActivatePackageInput = z.infer<typeof activatePackageSchema>;

export const activationViewSchema = z.object({
  id: z.uuid(),
  packageId: z.uuid(),
  fileId: z.string(),
  packageName: z.string(),
  infoLocation: z.string(),
  fragmentLocation: z.string(),
  createdAt: z.iso.datetime(),
  /** What the locations cannot do for this package; shown when it is activated. */
  warnings: z.array(z.string()),
});
export type ActivationView = z.infer<typeof activationViewSchema>;

/** What taking something back could still stop, and what it could not. */
export const withdrawalSchema = z.object({
  /** Deliveries that were waiting and will never be offered. */
  withdrawn: z.int(),
  /** Devices that were told already: they may have the package or be fetching it. */
  alreadyNotified: z.object({
    total: z.int(),
    /** The first hundred of them. */
    items: z.array(z.object({ deliveryId: z.uuid(), deviceId: z.uuid() })),
  }),
});
export type Withdrawal = z.infer<typeof withdrawalSchema>;
