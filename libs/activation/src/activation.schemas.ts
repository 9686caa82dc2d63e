import { z } from 'zod';
import { locationSchema } from './location.js';

export const activatePackageSchema = z.strictObject({
  packageId: z.uuid(),
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
