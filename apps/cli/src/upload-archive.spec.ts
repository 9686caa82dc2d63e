import { describe, expect, it } from 'vitest';
import { chunkBytes } from './upload-archive.js';

const MIB = 1024 * 1024;

describe('one request of an upload', () => {
  it.each([
    [4 * 1024 * MIB, { count: 1024 }, 16 * MIB],
    [4 * 1024 * MIB - 396, { count: 1024 }, 4 * (4 * MIB - 1)],
    [100_000_001, { sizeBytes: 3_000_000 }, 5 * Math.floor(100_000_001 / 34)],
    [10 * MIB, { count: 1 }, 10 * MIB],
  ])('of %d bytes, cut by %o, carries whole fragments', (size, rule, expected) => {
    expect(chunkBytes(size, rule)).toBe(expected);
  });

  it.each([
    ['a fragment is larger than it', 4 * 1024 * MIB, { count: 2 }],
    ['there are more fragments than bytes', 5, { count: 10 }],
    ['there is nothing to send', 0, { sizeBytes: 3_000_000 }],
  ])('is of the usual size where %s', (_when, size, rule) => {
    expect(chunkBytes(size, rule)).toBe(16 * MIB);
  });
});
