import { locationProblem } from '@entrepot/ocs-wire';
import { z } from 'zod';
import { packageIdSchema } from '../id.schemas.js';
import { locationCheckSchema } from './location-check.js';

/** An info or fragment location: `host[:port]/path`. */
const locationSchema = z.string().superRefine((location, context) => {
  const problem = locationProblem(location);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** A package and where it is to be; this server where nothing is said. */
export const activationPlaceSchema = z.strictObject({
  packageId: packageIdSchema,
  infoLocation: locationSchema.optional(),
  fragmentLocation: locationSchema.optional(),
});
export type ActivationPlaceInput = z.infer<typeof activationPlaceSchema>;

export const activatePackageSchema = activationPlaceSchema.extend({
  /** Activate also when a check of the locations fails. */
  force: z.boolean().default(false),
});
export type ActivatePackageInput = z.output<typeof activatePackageSchema>;

export const activationViewSchema = z.object({
  id: z.uuid(),
  packageId: z.uuid(),
  fileId: z.string(),
  packageName: z.string(),
  infoLocation: z.string(),
  fragmentLocation: z.string(),
  createdAt: z.iso.datetime(),
  /** Whether both locations are this server's own. */
  automatic: z.boolean(),
  /** Whether it was activated although a check had failed. */
  forced: z.boolean(),
  /** What the last check of the locations found; empty before the first one. */
  checks: z.array(locationCheckSchema),
  checkedAt: z.iso.datetime().nullable(),
  /** What the locations cannot do for this package; shown when it is activated. */
  warnings: z.array(z.string()),
});
export type ActivationView = z.infer<typeof activationViewSchema>;

/** What a check of both locations found, whether or not anything is activated there. */
export const locationChecksSchema = z.object({ ok: z.boolean(), checks: z.array(locationCheckSchema) });
export type LocationChecks = z.infer<typeof locationChecksSchema>;

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
