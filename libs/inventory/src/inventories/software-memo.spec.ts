import { describe, expect, it } from 'vitest';
import { SoftwareMemo, type TextPieces } from './software-memo.js';

const numbers = (id: number): { softwareId: number; variantId: number } => ({
  softwareId: id,
  variantId: id + 7,
});

/** A text somewhere in a larger buffer, at any alignment, with something in it that does not belong to it. */
function pieces(before: string, after = '', gap = '2026/01/01', at = 0): TextPieces {
  const bytes = Buffer.from(`${'#'.repeat(at)}${before}${gap}${after}##`);
  const gapStart = at + Buffer.byteLength(before);
  const gapEnd = gapStart + gap.length;
  return { bytes, start: at, gapStart, gapEnd, end: gapEnd + Buffer.byteLength(after) };
}

describe('the memory of rows', () => {
  it('knows a text wherever it stands and whatever stands in its gap, and no other', () => {
    const memo = new SoftwareMemo(100);
    memo.set(pieces('<NAME>é</NAME><DATE>', '</DATE>'), numbers(1));
    for (let at = 0; at < 9; at++) {
      expect(memo.get(pieces('<NAME>é</NAME><DATE>', '</DATE>', 'x'.repeat(at), at))).toEqual(numbers(1));
    }
    for (const [before, after] of [
      ['<NAME>é</NAME><DATE>', '</DATE>x'],
      ['<NAME>e</NAME><DATE>', '</DATE>'],
      ['<NAME>é</NAME><DATE>', '</DATF>'],
      ['', ''],
    ]) {
      expect(memo.get(pieces(before ?? '', after))).toBeUndefined();
    }
  });

  it('keeps those that are asked for, and no more than it may', () => {
    const memo = new SoftwareMemo(10);
    memo.set(pieces('wanted'), numbers(0));
    for (let i = 1; i <= 100; i++) {
      memo.set(pieces(`row ${i}`), numbers(i));
      expect(memo.get(pieces('wanted'))).toEqual(numbers(0));
    }
    const known = Array.from({ length: 100 }, (_, i) => memo.get(pieces(`row ${i + 1}`))).filter(Boolean);
    expect(known.length).toBeLessThanOrEqual(10);
    expect(memo.get(pieces('row 100'))).toEqual(numbers(100));
  });

  it('forgets sooner when they are long, and does not keep what is far too long', () => {
    const memo = new SoftwareMemo(1_000);
    const long = (i: number): TextPieces => pieces('x'.repeat(15_000), String(i));
    for (let i = 0; i < 400; i++) memo.set(long(i), numbers(i));
    const known = Array.from({ length: 400 }, (_, i) => memo.get(long(i))).filter(Boolean);
    expect(known.length).toBeGreaterThan(10);
    expect(known.length).toBeLessThan(200);
    memo.set(pieces('y'.repeat(20_000)), numbers(1));
    expect(memo.get(pieces('y'.repeat(20_000)))).toBeUndefined();
  });

  it('finds every one of many', () => {
    const memo = new SoftwareMemo(40_000);
    for (let i = 0; i < 20_000; i++) memo.set(pieces('<NAME>', `${i}</NAME>`), numbers(i));
    for (let i = 0; i < 20_000; i++) expect(memo.get(pieces('<NAME>', `${i}</NAME>`))).toEqual(numbers(i));
  });
});
