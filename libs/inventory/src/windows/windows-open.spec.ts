import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from './maintenance-window.js';
import { maintenanceWindows } from './maintenance-window.js';
import { nextOpening, windowsOpen } from './windows-open.js';

const window = (
  days: number[],
  from: string,
  to: string,
  zone: string = 'Europe/Paris',
): MaintenanceWindow => ({ days, from, to, zone });
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const opening = (groups: MaintenanceWindow[][], now: string): string | null =>
  nextOpening(groups, new Date(now))?.toISOString() ?? null;

// 2026-11-21 is a Saturday. Paris is one hour before UTC in winter, two in summer.
describe('windowsOpen', () => {
  it.each([
    ['at its first minute', window([6], '20:00', '22:00'), '2026-11-21T19:00:00Z', true],
    ['before it', window([6], '20:00', '22:00'), '2026-11-21T18:59:59Z', false],
    ['at its last minute', window([6], '20:00', '22:00'), '2026-11-21T20:59:59Z', true],
    ['when it closes', window([6], '20:00', '22:00'), '2026-11-21T21:00:00Z', false],
    ['on another day', window([5], '20:00', '22:00'), '2026-11-21T19:30:00Z', false],
    ['before midnight', window([6], '22:00', '04:00'), '2026-11-21T22:30:00Z', true],
    ['after midnight, on the day after', window([6], '22:00', '04:00'), '2026-11-22T02:59:00Z', true],
    ['after midnight, of its own day', window([6], '22:00', '04:00'), '2026-11-21T02:00:00Z', false],
    ['from Sunday to Monday', window([7], '22:00', '04:00'), '2026-11-23T01:00:00Z', true],
    ['until midnight', window([6], '22:00', '00:00'), '2026-11-21T22:59:00Z', true],
    ['at midnight', window([6], '22:00', '00:00'), '2026-11-21T23:00:00Z', false],
    ['until 24:00', window([6], '22:00', '24:00'), '2026-11-21T22:59:00Z', true],
    ['at 24:00', window([6], '22:00', '24:00'), '2026-11-21T23:00:00Z', false],
    ['all day', window([6], '00:00', '24:00'), '2026-11-20T23:00:00Z', true],
    ['round the clock', window([6], '08:00', '08:00'), '2026-11-22T06:59:00Z', true],
    ['after the clock went round', window([6], '08:00', '08:00'), '2026-11-22T07:00:00Z', false],
    ['in summer', window([6], '20:00', '22:00'), '2026-07-18T18:00:00Z', true],
    ['in a zone of another day', window([7], '05:00', '06:00', 'Asia/Tokyo'), '2026-11-21T20:30:00Z', true],
    [
      'in a zone of half an hour',
      window([7], '02:00', '03:00', 'Asia/Kolkata'),
      '2026-11-21T20:30:00Z',
      true,
    ],
    // On 2026-03-29 Paris goes from 02:00 to 03:00, on 2026-10-25 from 03:00 to 02:00.
    ['that the clocks jump over', window([7], '02:15', '02:45'), '2026-03-29T01:30:00Z', false],
    ['that the clocks jump into', window([7], '02:15', '03:45'), '2026-03-29T01:00:00Z', true],
    ['that the clocks repeat, first', window([7], '02:15', '02:45'), '2026-10-25T00:30:00Z', true],
    ['that the clocks repeat, again', window([7], '02:15', '02:45'), '2026-10-25T01:30:00Z', true],
    ['that the clocks repeat, between', window([7], '02:15', '02:45'), '2026-10-25T01:00:00Z', false],
  ])('of a window %s', (_, one, now, open) => {
    expect(windowsOpen([one], new Date(now))).toBe(open);
  });

  it('is true while any of them is open', () => {
    const both = [window([1], '01:00', '02:00'), window([6], '20:00', '22:00')];
    expect(windowsOpen(both, new Date('2026-11-21T19:30:00Z'))).toBe(true);
    expect(windowsOpen([], new Date('2026-11-21T19:30:00Z'))).toBe(false);
  });
});

describe('nextOpening', () => {
  it('is now while all are open', () => {
    expect(opening([[window([6], '20:00', '22:00')]], '2026-11-21T19:30:10.500Z')).toBe(
      '2026-11-21T19:30:10.500Z',
    );
  });

  it.each([
    [
      'later the same day',
      [[window([6], '20:07', '22:00')]],
      '2026-11-21T12:00:00Z',
      '2026-11-21T19:07:00.000Z',
    ],
    ['in a week', [[window([6], '12:00', '12:30')]], '2026-11-21T11:30:00Z', '2026-11-28T11:00:00.000Z'],
    [
      'where two groups meet',
      [[window(EVERY_DAY, '22:00', '04:00')], [window([7], '03:20', '06:00')]],
      '2026-11-21T12:00:00Z',
      '2026-11-22T02:20:00.000Z',
    ],
    [
      'where two zones meet',
      [[window(EVERY_DAY, '08:00', '18:00')], [window(EVERY_DAY, '00:00', '05:00', 'America/New_York')]],
      '2026-11-21T12:00:00Z',
      '2026-11-22T07:00:00.000Z',
    ],
    [
      'after the clocks jumped into it',
      [[window([7], '02:15', '03:45')]],
      '2026-03-29T00:50:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'a week after the clocks jumped over it',
      [[window([7], '02:15', '02:45')]],
      '2026-03-28T12:00:00Z',
      '2026-04-05T00:15:00.000Z',
    ],
  ])('is %s', (_, groups, now, expected) => {
    expect(opening(groups, now)).toBe(expected);
  });

  it('is never when the windows of two groups do not meet', () => {
    expect(
      opening([[window([1], '01:00', '02:00')], [window([2], '01:00', '02:00')]], '2026-11-21T12:00:00Z'),
    ).toBeNull();
  });
});

describe('maintenanceWindows', () => {
  it.each([
    ['no window', []],
    ['no day', [window([], '01:00', '02:00')]],
    ['a day twice', [window([1, 1], '01:00', '02:00')]],
    ['an eighth day', [window([8], '01:00', '02:00')]],
    ['24:00 for its beginning', [window([1], '24:00', '01:00')]],
    ['a minute after 24:00', [window([1], '01:00', '24:01')]],
    ['a time without a zero', [window([1], '1:00', '02:00')]],
    ['an offset for a zone', [window([1], '01:00', '02:00', '+02:00')]],
    ['a zone that is none', [window([1], '01:00', '02:00', 'Europe/Atlantis')]],
    ['more than fifty', Array.from({ length: 51 }, () => window([1], '01:00', '02:00'))],
    ['something else', [{ ...window([1], '01:00', '02:00'), always: true }]],
  ])('refuses %s', (_, windows) => {
    expect(maintenanceWindows.safeParse(windows).success).toBe(false);
  });

  it.each(['UTC', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('takes %s', (zone) => {
    expect(maintenanceWindows.safeParse([window([1], '22:00', '04:00', zone)]).success).toBe(true);
  });
});
