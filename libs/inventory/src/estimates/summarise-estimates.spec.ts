import { describe, expect, it } from 'vitest';
import { durationWords } from './estimate-words.js';
import { summariseEstimates, type EstimatedDevices } from './summarise-estimates.js';

const lasting = (seconds: number, count: number): EstimatedDevices => ({
  estimate: { seconds, never: null },
  count,
  deviceIds: [],
});
const never = (count: number, ...deviceIds: string[]): EstimatedDevices => ({
  estimate: { seconds: null, never: 'switched-off' },
  count,
  deviceIds,
});

describe('summariseEstimates', () => {
  it.each([
    ['one', [lasting(5, 1)], [5, 5, 5]],
    ['two', [lasting(9, 1), lasting(5, 1)], [5, 5, 9]],
    ['three', [lasting(9, 1), lasting(5, 1), lasting(7, 1)], [5, 7, 9]],
    ['many of one kind', [lasting(9, 98), lasting(5, 1), lasting(7, 1)], [5, 9, 9]],
    ['some that never do', [lasting(9, 1), never(100)], [9, 9, 9]],
    ['none', [], [null, null, null]],
    ['only such that never do', [never(2)], [null, null, null]],
  ])('says the fastest, the middle and the slowest of %s', (_, all, [fastest, median, slowest]) => {
    expect(summariseEstimates(all, 5)).toMatchObject({
      fastestSeconds: fastest,
      medianSeconds: median,
      slowestSeconds: slowest,
    });
  });

  it('counts those that never do by reason, and names twenty', () => {
    const ids = Array.from({ length: 15 }, (_, n) => `d${n + 10}`);
    const { total, never: reasons } = summariseEstimates(
      [
        never(15, ...ids),
        never(7, 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'),
        { estimate: { seconds: null, never: 'priority-above-period' }, count: 1, deviceIds: ['z'] },
        lasting(1, 3),
      ],
      11,
    );
    expect(total).toBe(26);
    expect(reasons.map(({ reason, count, deviceIds }) => [reason, count, deviceIds.length])).toEqual([
      ['priority-above-period', 1, 1],
      ['switched-off', 22, 20],
    ]);
    expect(reasons[1]?.deviceIds[0]).toBe('a1');
    expect(reasons[0]?.text.fr).toContain('11');
  });
});

describe('durationWords', () => {
  it.each([
    [0, '0 seconds', '0 seconde'],
    [1, '1 second', '1 seconde'],
    [119, '119 seconds', '119 secondes'],
    [550, 'about 9 minutes', 'environ 9 minutes'],
    [7199, 'about 120 minutes', 'environ 120 minutes'],
    [7200, 'about 2 hours', 'environ 2 heures'],
    [172_800, 'about 2 days', 'environ 2 jours'],
  ])('says %i seconds', (seconds, en, fr) => {
    expect(durationWords(seconds)).toEqual({ en, fr });
  });
});
