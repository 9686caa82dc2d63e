import { describe, expect, it } from 'vitest';
import { objectKey } from './index.js';

describe('objectKey', () => {
  it('joins safe segments', () => {
    expect(objectKey('fragments', '1700000000', '1700000000-1')).toBe('fragments/1700000000/1700000000-1');
    expect(objectKey('a'.repeat(128), '.hidden', '...')).toBe(`${'a'.repeat(128)}/.hidden/...`);
  });

  it.each([
    '',
    '.',
    '..',
    'a/b',
    '../etc',
    'a\\b',
    'a\0',
    'a b',
    'é',
    '%2e%2e',
    'a+b',
    'a\n',
    'a'.repeat(129),
  ])('refuses the segment %j, naming the field', (segment) => {
    expect(() => objectKey('x', segment)).toThrow(
      expect.objectContaining({ code: 'OBJECT_STORE_KEY_INVALID', details: { field: 'key' } }),
    );
  });

  it('refuses a key without segments and one that is too long', () => {
    expect(() => objectKey()).toThrow(/at least one/);
    expect(() => objectKey(...Array.from({ length: 10 }, () => 'a'.repeat(128)))).toThrow(/1024/);
  });
});
