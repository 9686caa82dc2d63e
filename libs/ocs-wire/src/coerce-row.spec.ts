import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coerceRow } from './coerce-row.js';
import { SECTIONS } from './sections.js';

function coerced(section: string, field: string, value: string): string | number | null | undefined {
  return coerceRow(SECTIONS.get(section), { [field]: value })[field];
}

describe('coerceRow', () => {
  it.each([
    ['42', 42],
    [' 42 MB', 42],
    ['-1', -1],
    ['274877.906944', 274877],
    ['-0', 0],
    ['n/a', 0],
    ['99999999999', 2147483647],
    ['-99999999999', -2147483648],
  ])('reads %j as the integer %s', (value, expected) => {
    expect(coerced('STORAGES', 'DISKSIZE', value)).toBe(expected);
  });

  it('keeps CHECKSUM beyond 32 bits', () => {
    expect(coerced('HARDWARE', 'CHECKSUM', '4294967296')).toBe(4294967296);
  });

  it.each([
    ['2024/01/31 10:20:30', '2024-01-31 10:20:30'],
    ['2024-1-3', '2024-01-03 00:00:00'],
    ['2024/01/31 7:5', '2024-01-31 07:05:00'],
    ['0000//0/0/00', null],
    ['0000-00-00', null],
    ['2024-02-30', null],
    ['2024-01-31 24:00:00', null],
    ['yesterday', null],
  ])('reads %j as the date-time %s', (value, expected) => {
    expect(coerced('SOFTWARES', 'INSTALLDATE', value)).toBe(expected);
  });

  it('reads dates without their time', () => {
    expect(coerced('DRIVES', 'CREATEDATE', '2024/1/31 10:20:30')).toBe('2024-01-31');
  });

  it('cuts texts by character and never through one', () => {
    expect(coerced('BIOS', 'SSN', '😀'.repeat(300))).toBe('😀'.repeat(255));
    expect(coerced('BATTERIES', 'CHEMISTRY', 'x'.repeat(99))).toBe('x'.repeat(20));
    expect(coerced('SOFTWARES', 'COMMENTS', 'x'.repeat(70_000))).toHaveLength(65_536);
  });

  it('keeps unknown fields and unknown sections as long text, without NUL', () => {
    expect(coerced('BIOS', 'NEW', `a\0b${'x'.repeat(300)}`)).toBe(`ab${'x'.repeat(300)}`);
    expect(coerceRow(undefined, { A: '1' })).toEqual({ A: '1' });
  });

  it('returns what was sent and no more, 256 fields at most', () => {
    expect(coerceRow(SECTIONS.get('BIOS'), { SSN: '1' })).toEqual({ SSN: '1' });
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`F${i}`, 'x']));
    expect(Object.keys(coerceRow(undefined, wide))).toHaveLength(256);
  });

  it('never throws, and never gives a text that PostgreSQL would refuse for its length', () => {
    const fields = [...SECTIONS.values()].flatMap(({ name, fields: all }) =>
      [...all].map(([field, definition]) => ({ name, field, definition })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...fields),
        fc.string({ unit: 'binary', maxLength: 400 }),
        ({ name, field, definition }, value) => {
          const result = coerced(name, field, value);
          if (definition.kind === 'text')
            expect([...String(result)].length).toBeLessThanOrEqual(definition.max);
          if (definition.kind === 'int') expect(Number.isInteger(result)).toBe(true);
        },
      ),
    );
  });
});

describe('SECTIONS', () => {
  it('has one bit at most per section, and no bit twice', () => {
    const masks = [...SECTIONS.values()].map(({ mask }) => mask).filter((mask) => mask !== 0);
    expect(new Set(masks).size).toBe(masks.length);
    expect(masks.every((mask) => Number.isInteger(Math.log2(mask)))).toBe(true);
    expect(SECTIONS.get('CPUS')?.mask).toBe(262144);
  });

  it('gives every text field a length', () => {
    for (const { fields } of SECTIONS.values()) {
      for (const definition of fields.values())
        if (definition.kind === 'text') expect(definition.max).toBeGreaterThan(0);
    }
  });
});
