import { z } from 'zod';

const SCHEDULE = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2})$/;

/**
 * Tells whether the text is a real moment as `YYYY/MM/DD HH:MM`, in the local time of whoever reads it
 * (OCS-PROTOCOL.md §2.5; a form with missing digits has been sent and broke agents, §10.3).
 */
export function isSchedule(text: string): boolean {
  const match = SCHEDULE.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
}

/** "Install not before", in the agent's own local time. */
export const scheduleSchema = z.string().refine(isSchedule, 'must be a real date as YYYY/MM/DD HH:MM');
