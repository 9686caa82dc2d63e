import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DownloadEstimateRequest, type DownloadPace, estimateDownload } from './estimate-download.js';

const SEED: DownloadPace = {
  on: true,
  cycleLatency: 60,
  fragLatency: 10,
  periodLatency: 1,
  periodLength: 10,
};

function ask(changes: Partial<DownloadEstimateRequest>): DownloadEstimateRequest {
  return { pace: SEED, priority: 5, fragments: 1, bytes: 0, bytesPerSecond: null, ...changes };
}

/** The downloader as OCS-PROTOCOL.md §5.5 writes it down, with a clock instead of pauses. */
function walk({ pace, priority, fragments, operatingSystem }: DownloadEstimateRequest): number {
  const paused = priority > 0 || (operatingSystem !== 'linux' && operatingSystem !== 'macos');
  let clock = 0;
  let steps = 0;
  for (;;) {
    for (let cycle = 1; cycle <= pace.periodLength; cycle++) {
      if (priority === 0 || cycle % priority === 0) {
        if (++steps === fragments + 1) return clock;
        clock += pace.fragLatency;
      }
      if (paused) clock += pace.cycleLatency;
    }
    clock += pace.periodLatency;
  }
}

describe('estimateDownload', () => {
  it.each([
    ['one fragment of priority 5: fetched in cycle 5, run in cycle 10', ask({}), 9 * 60 + 10],
    ['a command of priority 5: run in cycle 5', ask({ fragments: 0 }), 4 * 60],
    [
      'two fragments of priority 5: run in the next period',
      ask({ fragments: 2 }),
      10 * 60 + 2 * 10 + 1 + 4 * 60,
    ],
    ['priority 1 steps in each cycle', ask({ priority: 1, fragments: 3 }), 3 * 70],
    ['priority 10 steps once in a period', ask({ priority: 10 }), 10 * 60 + 10 + 1 + 9 * 60],
    ['priority 3 steps three times in ten cycles', ask({ priority: 3, fragments: 3 }), 631 + 2 * 60],
    ['priority 0 on Linux has no cycle pause', ask({ priority: 0, operatingSystem: 'linux' }), 10],
    ['priority 0 on macOS has none either', ask({ priority: 0, operatingSystem: 'macos' }), 10],
    ['priority 0 on Windows keeps it', ask({ priority: 0, operatingSystem: 'windows' }), 70],
    ['priority 0 nobody knows where keeps it', ask({ priority: 0 }), 70],
    ['the transfer is added', ask({ bytes: 50_001, bytesPerSecond: 25_000 }), 550 + 3],
  ])('%s', (_, request, seconds) => {
    expect(estimateDownload(request)).toEqual({ seconds, never: null });
  });

  it('says about ten minutes for the example of the protocol', () => {
    const { seconds } = estimateDownload(ask({}));
    expect(Math.round((seconds ?? 0) / 60)).toBe(9);
    expect(Math.round(((seconds ?? 0) + SEED.cycleLatency) / 60)).toBe(10);
  });

  it('counts as the loop does', () => {
    const pace = fc.record({
      on: fc.constant(true),
      cycleLatency: fc.nat({ max: 100 }),
      fragLatency: fc.nat({ max: 100 }),
      periodLatency: fc.nat({ max: 100 }),
      periodLength: fc.integer({ min: 1, max: 30 }),
    });
    const request = fc.record({
      pace,
      priority: fc.nat({ max: 10 }),
      fragments: fc.nat({ max: 200 }),
      operatingSystem: fc.constantFrom('windows', 'linux', 'macos', ''),
    });
    fc.assert(
      fc.property(request, (given) => {
        fc.pre(given.priority <= given.pace.periodLength);
        expect(estimateDownload(ask(given)).seconds).toBe(walk(ask(given)));
      }),
    );
  });

  it('counts a hundred million fragments without walking them', () => {
    const { seconds } = estimateDownload(ask({ fragments: 100_000_000 }));
    expect(seconds).toBe(50_000_000 * 621 + 4 * 60);
  });

  it.each([
    ['priority-above-period', ask({ priority: 11 })],
    ['switched-off', ask({ pace: { ...SEED, on: false } })],
    ['switched-off', ask({ pace: { ...SEED, on: false }, priority: 11 })],
  ])('answers %s', (never, request) => {
    expect(estimateDownload(request)).toEqual({ seconds: null, never });
  });

  it('refuses what is no number of its kind', () => {
    for (const wrong of [
      { priority: -1 },
      { priority: 1.5 },
      { fragments: -1 },
      { fragments: NaN },
      { bytes: -1 },
      { bytesPerSecond: 0 },
    ]) {
      expect(() => estimateDownload(ask(wrong))).toThrow(RangeError);
    }
  });
});
