import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalSection, coerceRows, type StoredRow } from './canonical-section.js';

const hex = (name: string, rows: readonly StoredRow[]): string =>
  canonicalSection(name, rows).digest.toString('hex');

const row = fc.dictionary(
  fc.constantFrom('NAME', 'TYPE', 'CAPTION', 'SIZE'),
  fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
);

describe('the digest of a section', () => {
  it('does not depend on the order of rows or of fields', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const turned = [...rows].reverse().map((one) => Object.fromEntries(Object.entries(one).reverse()));
        expect(hex('PRINTERS', turned)).toBe(hex('PRINTERS', rows));
      }),
    );
  });

  it('tells different values, numbers from texts, and a row from the same row twice', () => {
    const digests = [
      hex('PRINTERS', []),
      hex('PRINTERS', [{ NAME: 'a' }]),
      hex('PRINTERS', [{ NAME: 'a' }, { NAME: 'a' }]),
      hex('PRINTERS', [{ NAME: 'A' }]),
      hex('PRINTERS', [{ NAME: 1 }]),
      hex('PRINTERS', [{ NAME: '1' }]),
      hex('PRINTERS', [{ NAME: null }]),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('leaves out of HARDWARE what differs at each inventory, but keeps it in the row', () => {
    const at = (uptime: string, checksum: number): StoredRow[] => [
      {
        NAME: 'pc',
        DESCRIPTION: `x86_64/${uptime}`,
        CHECKSUM: checksum,
        ETIME: '3',
        LASTDATE: '2026-01-01',
      },
    ];
    expect(hex('HARDWARE', at('00-00-00 00:18:42', 1))).toBe(hex('HARDWARE', at('00-00-00 11:00:00', 2)));
    expect(hex('HARDWARE', at('00-00-00 00:18:42', 1))).toBe(hex('HARDWARE', at('20-11-2026 15:34:53', 2)));
    expect(hex('HARDWARE', at('00-00-00 00:18:42', 1))).not.toBe(hex('HARDWARE', [{ NAME: 'pc' }]));
    expect(JSON.parse(canonicalSection('HARDWARE', at('00-00-00 00:18:42', 1)).rows)).toEqual(
      at('00-00-00 00:18:42', 1),
    );
  });
});

describe('a stored section', () => {
  it('keeps rows in the agent’s order, coerced', () => {
    const rows = coerceRows('DRIVES', [
      { LETTER: 'Z', TOTAL: '12 MB' },
      { LETTER: 'A', TOTAL: 'many' },
    ]);
    const section = canonicalSection('DRIVES', rows);
    expect(JSON.parse(section.rows)).toEqual([
      { LETTER: 'Z', TOTAL: 12 },
      { LETTER: 'A', TOTAL: 0 },
    ]);
    expect(section.rowCount).toBe(2);
  });
});
