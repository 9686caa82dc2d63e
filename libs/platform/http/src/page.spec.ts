import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './page.js';

describe('cursors', () => {
  it('carry the sort key there and back', () => {
    const key = ['Ö', 7, null];
    expect(decodeCursor(encodeCursor(key))).toEqual(key);
    expect(decodeCursor(encodeCursor(['a', 1]), z.tuple([z.string(), z.int()]))).toEqual(['a', 1]);
  });

  it.each([
    '',
    'nonsense',
    encodeCursor(['a', 'b']),
    Buffer.from('{}').toString('base64url'),
    'A'.repeat(3_000),
  ])('that are not ours are refused (%#)', (text) => {
    const read = (): unknown => decodeCursor(text, z.tuple([z.string(), z.int()]));
    expect(read).toThrow(
      expect.objectContaining({ code: 'HTTP_CURSOR_INVALID', details: { field: 'cursor' } }),
    );
  });
});
