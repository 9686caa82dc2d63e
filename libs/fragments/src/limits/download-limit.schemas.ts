import { z } from 'zod';
import { networkSchema } from './network.js';

const maxParallel = z
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .default(null)
  .describe('Fragments that machines of the network may fetch at the same time from each fragments program');
const bytesPerSecond = z
  .int()
  .min(1_024)
  .max(2 ** 40)
  .nullable()
  .default(null)
  .describe('Bytes a second for all downloads of the network together from each fragments program');

/** What an operator says of a limit. */
export const downloadLimitBody = z
  .object({
    network: networkSchema,
    maxParallel,
    bytesPerSecond,
    description: z.string().trim().max(500).default(''),
  })
  .refine((body) => body.maxParallel !== null || body.bytesPerSecond !== null, {
    path: ['maxParallel'],
    message: 'must be given unless bytesPerSecond is',
  });

export type DownloadLimitBody = z.output<typeof downloadLimitBody>;

/** A limit as the API shows it. */
export const downloadLimitView = z.object({
  id: z.uuid(),
  network: z.string(),
  maxParallel: z.int().nullable(),
  bytesPerSecond: z.int().nullable(),
  description: z.string(),
  createdAt: z.iso.datetime(),
});

export type DownloadLimitView = z.output<typeof downloadLimitView>;
