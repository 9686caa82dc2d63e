import { describe, expect, it } from 'vitest';
import { nextOccurrence, repetitionSchema, type Repetition } from './repetition.js';

const after = (repetition: Repetition, moment: string): string =>
  nextOccurrence(repetition, new Date(moment)).toISOString();
const daily = (at: string, zone = 'Europe/Paris'): Repetition => ({ every: 'day', at, zone });

describe('the next occurrence', () => {
  it('is today while its time is to come, else tomorrow', () => {
    expect(after(daily('20:00'), '2026-11-21T18:59:59Z')).toBe('2026-11-21T19:00:00.000Z');
    expect(after(daily('20:00'), '2026-11-21T19:00:00Z')).toBe('2026-11-22T19:00:00.000Z');
  });

  it('goes by the day of the zone, not that of Greenwich', () => {
    expect(after(daily('01:30', 'Pacific/Auckland'), '2026-06-30T12:15:00Z')).toBe(
      '2026-06-30T13:30:00.000Z',
    );
    expect(after(daily('23:30', 'America/New_York'), '2027-01-01T02:00:00Z')).toBe(
      '2027-01-01T04:30:00.000Z',
    );
  });

  it('keeps the time of the clock when clocks are put forward or back', () => {
    expect(after(daily('08:00'), '2026-03-28T12:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(after(daily('08:00'), '2026-10-24T12:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
  });

  it('is once also on the days on which the clock leaves it out, or shows it twice', () => {
    expect(after(daily('02:30'), '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(after(daily('02:30'), '2026-03-29T01:30:00Z')).toBe('2026-03-30T00:30:00.000Z');
    expect(after(daily('02:30'), '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(after(daily('02:30'), '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('is on the day of the week, or of the month', () => {
    const weekly: Repetition = { every: 'week', at: '06:00', zone: 'UTC', on: 1 };
    expect(after(weekly, '2026-11-21T12:00:00Z')).toBe('2026-11-23T06:00:00.000Z');
    expect(after(weekly, '2026-11-23T06:00:00Z')).toBe('2026-11-30T06:00:00.000Z');
    expect(after({ ...weekly, on: 7 }, '2026-11-21T12:00:00Z')).toBe('2026-11-22T06:00:00.000Z');
    const monthly: Repetition = { every: 'month', at: '00:00', zone: 'Europe/Paris', on: 28 };
    expect(after(monthly, '2026-01-28T00:00:00Z')).toBe('2026-02-27T23:00:00.000Z');
    expect(after(monthly, '2026-12-28T12:00:00Z')).toBe('2027-01-27T23:00:00.000Z');
  });
});

it.each([
  ['a time that there is not', { every: 'day', at: '24:00', zone: 'UTC' }],
  ['a zone that there is not', { every: 'day', at: '12:00', zone: 'Mars/Olympus' }],
  ['a week without its day', { every: 'week', at: '12:00', zone: 'UTC' }],
  ['a day that not all months have', { every: 'month', at: '12:00', zone: 'UTC', on: 29 }],
])('A repetition with %s is refused.', (_, repetition) => {
  expect(repetitionSchema.safeParse(repetition).success).toBe(false);
});
