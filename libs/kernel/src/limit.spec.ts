import { describe, expect, it } from 'vitest';
import { Limit, LimitReached } from './limit.js';

describe('the limit', () => {
  it('refuses at once when too many wait', async () => {
    const limit = new Limit(1, 1);
    let end: () => void = () => undefined;
    const first = limit.run(() => new Promise<void>((resolve) => (end = resolve)));
    const second = limit.run(() => Promise.resolve('second'));
    await expect(limit.run(() => Promise.resolve('third'))).rejects.toBeInstanceOf(LimitReached);
    end();
    await first;
    expect(await second).toBe('second');
    expect(await limit.run(() => Promise.resolve('fourth'))).toBe('fourth');
  });

  it('lets so many run at once and the others in order, also after a failure', async () => {
    const limit = new Limit(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => async (): Promise<number> => {
      begun.push(n);
      await new Promise<void>((resolve) => (ends[n] = resolve));
      if (n === 0) throw new Error('broken');
      return n;
    };
    const results = [0, 1, 2, 3].map((n) => limit.run(work(n)));
    const failure = expect(results[0]).rejects.toThrow('broken');
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await failure;
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    expect(await results[1]).toBe(1);
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    expect(await Promise.all(results.slice(2))).toEqual([2, 3]);
  });
});
