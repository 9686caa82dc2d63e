import { describe, expect, it } from 'vitest';
import { Coalescer } from './coalescer.js';

interface Load {
  readonly keys: readonly string[];
  readonly answer: (values: readonly string[]) => void;
  readonly fail: (error: Error) => void;
}

/** A coalescer whose loads the spec ends by hand. */
function heldCoalescer(options: { maxKeys: number; atOnce?: number }): {
  readonly coalescer: Coalescer<string, string>;
  readonly loads: Load[];
} {
  const loads: Load[] = [];
  const load = (keys: readonly string[]): Promise<readonly string[]> =>
    new Promise((answer, fail) => loads.push({ keys, answer, fail }));
  return { coalescer: new Coalescer(load, options), loads };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the coalescer', () => {
  it('loads at once when it is idle, and those who come meanwhile together, each key once', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 10 });
    const first = coalescer.get('a');
    const later = [coalescer.get('b'), coalescer.get('c'), coalescer.get('b')];
    expect(loads.map((load) => load.keys)).toEqual([['a']]);
    loads[0]?.answer(['A']);
    expect(await first).toBe('A');
    await turn();
    expect(loads.map((load) => load.keys)).toEqual([['a'], ['b', 'c']]);
    loads[1]?.answer(['B', 'C']);
    expect(await Promise.all(later)).toEqual(['B', 'C', 'B']);
  });

  it('asks again for a key that is being loaded, so that no answer is older than its question', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 10 });
    const before = coalescer.get('a');
    const after = coalescer.get('a');
    loads[0]?.answer(['old']);
    await turn();
    loads[1]?.answer(['new']);
    expect(await Promise.all([before, after])).toEqual(['old', 'new']);
  });

  it('takes no more keys at once than it may, the oldest first', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 2 });
    const all = ['a', 'b', 'c', 'd'].map((key) => coalescer.get(key));
    for (let done = 0; done < 3; done += 1) {
      loads[done]?.answer(loads[done]?.keys.map((key) => key.toUpperCase()) ?? []);
      await turn();
    }
    expect(loads.map((load) => load.keys)).toEqual([['a'], ['b', 'c'], ['d']]);
    expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('has as many loads under way as it may', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 10, atOnce: 2 });
    const all = ['a', 'b', 'c', 'd'].map((key) => coalescer.get(key));
    expect(loads.map((load) => load.keys)).toEqual([['a'], ['b']]);
    loads[1]?.answer(['B']);
    await turn();
    expect(loads[2]?.keys).toEqual(['c', 'd']);
    loads[0]?.answer(['A']);
    loads[2]?.answer(['C', 'D']);
    expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('tells everybody of a load that failed, and nobody else', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 10 });
    const first = coalescer.get('a');
    const failing = [coalescer.get('b'), coalescer.get('c')];
    loads[0]?.answer(['A']);
    await turn();
    const next = coalescer.get('d');
    loads[1]?.fail(new Error('away'));
    expect(await Promise.allSettled(failing)).toMatchObject([
      { status: 'rejected', reason: { message: 'away' } },
      { status: 'rejected', reason: { message: 'away' } },
    ]);
    await turn();
    loads[2]?.answer(['D']);
    expect(await Promise.all([first, next])).toEqual(['A', 'D']);
  });

  it('refuses an answer of another length, and goes on', async () => {
    const { coalescer, loads } = heldCoalescer({ maxKeys: 10 });
    const refused = coalescer.get('a');
    loads[0]?.answer([]);
    await expect(refused).rejects.toThrow('A load of 1 keys answered 0 values.');
    const next = coalescer.get('b');
    loads[1]?.answer(['B']);
    expect(await next).toBe('B');
  });
});
