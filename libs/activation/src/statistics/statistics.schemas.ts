import { z } from 'zod';
import { wordsSchema } from '../words.js';

const countsSchema = z.object({
  waiting: z.int(),
  notified: z.int(),
  succeeded: z.int(),
  failed: z.int(),
});
export type StateCounts = z.infer<typeof countsSchema>;

/** Devices of one operating system, TAG or group by the state of their delivery, as the inventory knows them. */
const breakdownSchema = z.array(z.object({ value: z.string(), counts: countsSchema }));
export type Breakdown = z.infer<typeof breakdownSchema>;

export const packageStatisticsSchema = z.object({
  packageId: z.uuid(),
  fileId: z.string(),
  /** The latest attempt of each assignment that is due, without what was put away. */
  counts: countsSchema,
  total: z.int(),
  /** How far those are that were told and have no result. */
  stages: z.object({ offered: z.int(), infoFetched: z.int(), downloading: z.int(), downloaded: z.int() }),
  /** Of those that succeeded: the program ended with another code than 0. */
  succeededWithWarnings: z.int(),
  /** Failures whose retry is planned for later. */
  retrying: z.int(),
  /** Deliveries that were put away. */
  archived: z.int(),
  /** Most frequent first; `link` lists the deliveries. */
  failuresByCode: z.array(
    z.object({ code: z.string(), count: z.int(), reason: wordsSchema, link: z.string() }),
  ),
  /** The first 90 days from when the first device was told, UTC; days on which nothing happened are left out. */
  overTime: z.array(z.object({ day: z.iso.date(), notified: z.int(), succeeded: z.int(), failed: z.int() })),
  byFragmentLocation: z.array(z.object({ fragmentLocation: z.string(), counts: countsSchema })),
  /** Null while the inventory does not answer; `note` says so, and when they count what was put away. */
  byOperatingSystem: breakdownSchema.nullable(),
  byTag: breakdownSchema.nullable(),
  byGroup: breakdownSchema.nullable(),
  note: wordsSchema.nullable(),
  lastReportAt: z.iso.datetime().nullable(),
});
export type PackageStatisticsView = z.infer<typeof packageStatisticsSchema>;
