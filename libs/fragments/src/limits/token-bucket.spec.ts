import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenBucket } from './token-bucket.js';

const wanted = (): boolean => false;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes slices again and again; `sum()` is what it got so far. */
function taker(bucket: TokenBucket, isGone = wanted): { sum: () => number } {
  let sum = 0;
  const go = async (): Promise<void> => {
    while (!isGone()) {
      const { slice } = bucket;
      await bucket.take(slice, isGone);
      sum += slice;
    }
  };
  void go();
  return { sum: () => sum };
}

describe('a token bucket', () => {
  it('lets pass its rate over time, whoever takes, and shares it evenly', async () => {
    const bucket = new TokenBucket(100_000);
    const takers = [taker(bucket), taker(bucket), taker(bucket)];
    await vi.advanceTimersByTimeAsync(10_000);
    const sums = takers.map(({ sum }) => sum());
    const total = sums.reduce((a, b) => a + b);
    // Ten seconds' worth, a quarter of a second's as its first burst, and a slice or two on their way.
    expect(total).toBeGreaterThan(980_000);
    expect(total).toBeLessThan(1_050_000);
    expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(bucket.slice);
  });

  it('does not save up for more than a quarter of a second', async () => {
    const bucket = new TokenBucket(100_000);
    await vi.advanceTimersByTimeAsync(60_000);
    const one = taker(bucket);
    await vi.advanceTimersByTimeAsync(1);
    expect(one.sum()).toBeLessThanOrEqual(25_000 + bucket.slice);
  });

  it('lets those who wait go at its new rate at once', async () => {
    const bucket = new TokenBucket(1_024);
    await bucket.take(1_000_000, wanted);
    const one = taker(bucket);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.sum()).toBe(0);
    bucket.setRate(Infinity);
    bucket.setRate(1_000_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.sum()).toBeGreaterThan(900_000);
  });

  it.each([1_024, 100_000, 10_000_000])(
    'gives nobody at %i bytes a second a turn later than 30 s',
    async (rate) => {
      const bucket = new TokenBucket(rate);
      let served = 0;
      for (let n = 0; n < bucket.places; n++)
        void bucket.take(bucket.slice, wanted).then(() => (served += 1));
      await vi.advanceTimersByTimeAsync(30_000);
      expect(served).toBe(bucket.places);
      expect(served).toBeGreaterThanOrEqual(30);
    },
  );

  it('does not count what nobody wants any more', async () => {
    const bucket = new TokenBucket(1_024);
    await bucket.take(1_024, wanted);
    let isGone = false;
    const gone = [1, 2, 3].map(() => bucket.take(1_000_000, () => isGone));
    const next = vi.fn();
    void bucket.take(100, wanted).then(next);
    isGone = true;
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(gone);
    expect(next).toHaveBeenCalled();
  });
});
