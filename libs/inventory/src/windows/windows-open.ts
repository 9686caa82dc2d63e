import { localTime, plusMinutes, type LocalTime } from './local-time.js';
import type { MaintenanceWindow } from './maintenance-window.js';

const MINUTE_MS = 60_000;
/** All of today's zones are set to whole quarters of an hour, and change on them. */
const QUARTER_MINUTES = 15;
/** Windows come again each week; one that the clocks jump over does so in the week after. */
const FARTHEST_DAYS = 15;

/** Whether one of the windows is open. A window that the clocks jump over stays shut; what they repeat opens twice. */
export function windowsOpen(windows: readonly MaintenanceWindow[], now: Date): boolean {
  return windows.some((window) => isOpen(window, localTime(window.zone, now)));
}

/**
 * The first whole minute from now on, or now itself, in which every group has a window open.
 * @param groups the windows of each group; a group without any does not belong here
 * @returns null when that does not happen within two weeks: windows that never meet
 */
export function nextOpening(groups: readonly (readonly MaintenanceWindow[])[], now: Date): Date | null {
  const zones = new Set(groups.flat().map(({ zone }) => zone));
  const quarter = QUARTER_MINUTES * MINUTE_MS;
  const end = now.getTime() + FARTHEST_DAYS * 24 * 60 * MINUTE_MS;
  for (let start = Math.floor(now.getTime() / quarter) * quarter; start < end; start += quarter) {
    const clocks = new Map([...zones].map((zone) => [zone, localTime(zone, new Date(start))]));
    for (let minute = 0; minute < QUARTER_MINUTES; minute += 1) {
      const moment = start + minute * MINUTE_MS;
      if (moment + MINUTE_MS <= now.getTime() || !allOpen(groups, clocks, minute)) continue;
      return new Date(Math.max(moment, now.getTime()));
    }
  }
  return null;
}

function allOpen(
  groups: readonly (readonly MaintenanceWindow[])[],
  clocks: ReadonlyMap<string, LocalTime>,
  minutes: number,
): boolean {
  return groups.every((windows) =>
    windows.some((window) => {
      const clock = clocks.get(window.zone);
      return clock !== undefined && isOpen(window, plusMinutes(clock, minutes));
    }),
  );
}

function isOpen({ days, from, to }: MaintenanceWindow, { day, minute }: LocalTime): boolean {
  const [opens, closes] = [minuteOf(from), minuteOf(to)];
  if (opens < closes) return days.includes(day) && opens <= minute && minute < closes;
  const before = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= opens) || (days.includes(before) && minute < closes);
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
