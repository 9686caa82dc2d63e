import { EXIT, Failure } from './failure.js';
import { plainText } from './table.js';

/** When a package is to run again, as POST /api/v1/assignments takes it. */
export interface Repetition {
  readonly every: 'day' | 'week' | 'month';
  /** HH:MM. */
  readonly at: string;
  readonly zone: string;
  /** Of a week, 1 is Monday; of a month its day. */
  readonly on?: number;
}

/** Names of days, Monday first. */
export const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const REPETITION = /^(?:(day)|week ([a-z]{3})|month (\d{1,2})) (\d\d:\d\d)$/i;

/**
 * Reads `day 03:00`, `week sat 03:00` or `month 15 03:00`.
 * @throws Failure (usage) when it is none of these
 */
export function parseRepetition(text: string, zone: string): Repetition {
  const [, day, weekday, monthday, at = ''] = REPETITION.exec(text.trim()) ?? [];
  if (day !== undefined) return { every: 'day', at, zone };
  if (monthday !== undefined) return { every: 'month', at, zone, on: Number(monthday) };
  const on = DAYS.indexOf((weekday ?? '').toLowerCase()) + 1;
  if (on > 0) return { every: 'week', at, zone, on };
  throw new Failure(
    `"${plainText(text)}" is none of "day 03:00", "week sat 03:00" and "month 15 03:00".`,
    EXIT.usage,
  );
}

/** The zone of the clock of this machine. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
