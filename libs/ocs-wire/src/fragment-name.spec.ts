import { parseFileId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { fragmentName, parseFragmentName } from './fragment-name.js';

const FILE_ID = parseFileId('1700000001')!;

describe('fragment names', () => {
  it('are read as they are written', () => {
    expect(fragmentName(FILE_ID, 12)).toBe('1700000001-12');
    expect(parseFragmentName(FILE_ID, '1700000001-12')).toBe(12);
  });

  it.each([
    'info',
    '1700000001',
    '1700000001-',
    '1700000001-0',
    '1700000001-01',
    '1700000002-1',
    '1700000001-1/../info',
    '1700000001-1\n',
    '1700000001-1e3',
    '1700000001--1',
    '1700000001-9999999999',
    ' 1700000001-1',
  ])('are not %j', (name) => {
    expect(parseFragmentName(FILE_ID, name)).toBeNull();
  });
});
