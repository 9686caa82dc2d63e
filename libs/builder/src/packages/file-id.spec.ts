import type { FileId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { nextFileId } from './file-id.js';

const NOW = new Date('2026-11-20T17:00:00.900Z');

describe('nextFileId', () => {
  it('is the time of creation in seconds', () => {
    expect(nextFileId(NOW, null)).toBe('1795194000');
    expect(nextFileId(NOW, '1700000000' as FileId)).toBe('1795194000');
  });

  it('takes the next number when several packages are made in one second', () => {
    expect(nextFileId(NOW, '1795194000' as FileId)).toBe('1795194001');
    expect(nextFileId(NOW, '1795194007' as FileId)).toBe('1795194008');
  });

  it('fits the signed 32-bit integer of agents', () => {
    expect(nextFileId(NOW, '2147483646' as FileId)).toBe('2147483647');
    expect(() => nextFileId(NOW, '2147483647' as FileId)).toThrow(RangeError);
  });
});
