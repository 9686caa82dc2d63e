import { z } from 'zod';

const DAY_MS = 86_400_000;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
/** No gap of a clock is as long: the whole of a day was left out at a date line, never more. */
const DAYS_AHEAD_MAX = 40;

const at = z.string().regex(CLOCK, 'must be a time as HH:MM');
const zone = z.string().max(64).refine(isZone, 'must be an IANA time zone, such as Europe/Paris');

/** When a package is to run again: on each day, each week on a day (1 is Monday), or each month on a day. */
export const repetitionSchema = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('day'), at, zone }),
  z.strictObject({ every: z.literal('week'), at, zone, on: z.int().min(1).max(7) }),
  z.strictObject({ every: z.literal('month'), at, zone, on: z.int().min(1).max(28) }),
]);
export type Repetition = z.infer<typeof repetitionSchema>;

/**
 * The first occurrence after a moment. A time that clocks are put forward over is read as if they had not been yet, and
 * one that they show twice is the first of the two.
 * @throws Error when there is none, which a repetition that passed its schema never has
 */
export function nextOccurrence(repetition: Repetition, after: Date): Date {
  const [, hour = '', minute = ''] = CLOCK.exec(repetition.at) ?? [];
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000;
  const today = localMillis(after, repetition.zone);
  const midnight = today - (((today % DAY_MS) + DAY_MS) % DAY_MS);
  for (let days = 0; days < DAYS_AHEAD_MAX; days++) {
    const day = midnight + days * DAY_MS;
    if (!isOn(repetition, new Date(day))) continue;
    const occurrence = momentOf(day + clock, repetition.zone);
    if (occurrence > after) return occurrence;
  }
  throw new Error(`There is no next occurrence of ${JSON.stringify(repetition)}.`);
}

/** @param day midnight of a local day, as if the place had UTC */
function isOn(repetition: Repetition, day: Date): boolean {
  if (repetition.every === 'day') return true;
  if (repetition.every === 'week') return (day.getUTCDay() || 7) === repetition.on;
  return day.getUTCDate() === repetition.on;
}

/** The moment at which clocks of the zone show the given time. @param local in ms, as if the place had UTC */
function momentOf(local: number, zone: string): Date {
  // The offsets before and after any change that may be near; the greater one is in force earlier.
  const offsets = [local - DAY_MS, local + DAY_MS].map((near) => localMillis(new Date(near), zone) - near);
  const candidates = offsets.map((offset) => local - offset).sort((a, b) => a - b);
  const exact = candidates.find((moment) => localMillis(new Date(moment), zone) === local);
  return new Date(exact ?? candidates.at(-1) ?? local);
}

/** What the clocks of a zone show, in ms, as if the place had UTC. */
function localMillis(moment: Date, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

function isZone(zone: string): boolean {
  try {
    return formatOf(zone).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
