import { planFragments } from '@entrepot/ocs-wire';
import { describe, expect, it } from 'vitest';
import { longestPart, PART_BYTES } from './cut-upload.js';

const MIB = 1024 * 1024;
const archive = (fragments: { count: number } | { sizeBytes: number }) =>
  ({ fragments, packedName: null }) as const;

/** Where the parts end of an upload that never breaks off. */
function ends(settings: Parameters<typeof longestPart>[0], size: number): number[] {
  const found: number[] = [];
  for (let position = 0; position < size;) {
    position = Math.min(size, position + longestPart(settings, { size, position }));
    found.push(position);
  }
  return found;
}

describe('the parts of an upload', () => {
  it.each([
    [10 * MIB + 3, { count: 4 }],
    [100 * MIB + 1, { sizeBytes: 3_000_000 }],
    [5 * MIB, { count: 1 }],
    [64 * MIB, { count: 8 }],
  ])('of %d bytes end where its fragments do, cut by %o', (size, fragments) => {
    const plan = planFragments(size, fragments);
    let end = 0;
    const expected = Array.from({ length: plan.count }, (_, index) => (end += plan.sizeOf(index + 1)));
    expect(ends(archive(fragments), size)).toEqual(expected);
  });

  it('end with the fragment in which the last request broke off', () => {
    const settings = archive({ count: 4 });
    expect(longestPart(settings, { size: 8 * MIB, position: 3 * MIB })).toBe(MIB);
    expect(longestPart(settings, { size: 8 * MIB, position: 4 * MIB })).toBe(2 * MIB);
    expect(longestPart(settings, { size: 8 * MIB + 3, position: 6 * MIB })).toBe(2 * MIB + 3);
  });

  it.each([
    ['fragments are larger than a part', archive({ count: 2 }), 100 * MIB],
    ['fragments are too small to be parts', archive({ count: 1_000 }), 100 * MIB],
    [
      'the upload is a file that will be packed',
      { ...archive({ count: 25 }), packedName: 'setup.exe' },
      100 * MIB,
    ],
    ['nobody knows the size yet', archive({ count: 25 }), null],
    ['the upload is empty', archive({ count: 1 }), 0],
  ])('are of the usual size where %s', (_when, settings, size) => {
    expect(longestPart(settings, { size, position: 0 })).toBe(PART_BYTES);
  });
});
