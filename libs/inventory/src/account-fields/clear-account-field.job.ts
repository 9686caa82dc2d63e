import { defineJob } from '@entrepot/contracts';
import { z } from 'zod';

/** Asks to take the values of a deleted account field from some more devices, those after `after` in the order of ids. */
export const clearAccountFieldJob = defineJob(
  'ocs.job.inventory.clear-account-field.v1',
  z.object({ name: z.string().min(1).max(30), after: z.uuid().nullable() }),
);
