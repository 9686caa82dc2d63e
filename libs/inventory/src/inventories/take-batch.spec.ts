import { describe, expect, it } from 'vitest';
import type { Member } from './inventory-batches.js';
import { takeBatch } from './take-batch.js';

const member = (name: string, keys: string[] = [], bytes = 1): Member =>
  ({ name, work: { keys, document: { body: Buffer.alloc(bytes) } } }) as unknown as Member;
const keysOf = (work: unknown): string[] => (work as { keys: string[] }).keys;
const names = (members: readonly Member[]): string[] =>
  members.map((one) => (one as unknown as { name: string }).name);

describe('a batch', () => {
  it('takes those who came first, up to a number and a size', () => {
    const queue = Array.from({ length: 30 }, (_, i) => member(String(i)));
    expect(takeBatch(queue).length).toBe(24);
    expect(names(queue)).toEqual(['24', '25', '26', '27', '28', '29']);
    const large = [
      member('a', [], 5_000_000),
      member('b'),
      member('c', [], 1_500_000),
      member('d', [], 1_500_000),
    ];
    expect(names(takeBatch(large))).toEqual(['a']);
    expect(names(takeBatch(large))).toEqual(['b', 'c']);
    expect(names(large)).toEqual(['d']);
  });

  it('of those whose device is to be found has nobody in it who might be the same machine as another', () => {
    const queue = [
      member('a', ['serial:1']),
      member('b', ['serial:1', 'mac:2']),
      member('c', ['mac:2']),
      member('d', ['serial:3']),
    ];
    expect(names(takeBatch(queue, keysOf))).toEqual(['a', 'd']);
    expect(names(takeBatch(queue, keysOf))).toEqual(['b']);
    expect(names(takeBatch(queue, keysOf))).toEqual(['c']);
  });
});
