import { z } from 'zod';

const MOST_WINDOWS = 50;
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** Names of the IANA database; Intl would also take offsets such as +02:00, which know no summer time. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;

const from = z.string().regex(CLOCK, 'must be a time of day, HH:MM from 00:00 to 23:59');
const to = z
  .string()
  .refine((text) => CLOCK.test(text) || text === '24:00', 'must be a time of day, HH:MM up to 24:00');

/** When something may begin, each week anew, by the clocks of a zone. */
export const maintenanceWindow = z.strictObject({
  /** The days on which it opens: 1 is Monday, 7 Sunday. */
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'must not name a day twice'),
  from,
  /** When it closes; on the next day unless it is later than `from`. */
  to,
  /** A name of the IANA time zone database, such as `Europe/Paris`. */
  zone: z.string().max(64).refine(isZone, 'must be a name of the IANA time zone database'),
});

/** All windows of a group; it is open while one of them is. */
export const maintenanceWindows = z.array(maintenanceWindow).min(1).max(MOST_WINDOWS);

export type MaintenanceWindow = z.output<typeof maintenanceWindow>;

function isZone(name: string): boolean {
  if (!ZONE.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
