import { describe, expect, it } from 'vitest';
import { changeOf, isChange, MAX_CHANGED_ROWS, toldChanges } from './section-change.js';

const rows = (...names: string[]): string[] => names.map((NAME) => JSON.stringify({ NAME }));

describe('the change of a section', () => {
  it('is what came and what went, whatever the order, and counts a row as often as it is there', () => {
    const change = changeOf('PRINTERS', rows('a', 'b', 'b', 'c'), rows('c', 'b', 'd', 'd', 'a'));
    expect(change).toEqual({
      section: 'PRINTERS',
      added: { rows: rows('d', 'd'), count: 2 },
      removed: { rows: rows('b'), count: 1 },
    });
    expect(isChange(changeOf('PRINTERS', rows('a', 'b'), rows('b', 'a')))).toBe(false);
  });

  it('keeps as many rows as are of use, and says how many there were', () => {
    const many = rows(...Array.from({ length: 700 }, (_, i) => String(i)));
    expect(changeOf('DRIVES', [], many).added).toMatchObject({
      count: 700,
      rows: { length: MAX_CHANGED_ROWS },
    });
    const long = rows(...Array.from({ length: 10 }, (_, i) => String(i).repeat(20_000)));
    expect(changeOf('DRIVES', long, []).removed).toMatchObject({ count: 10, rows: { length: 3 } });
  });

  it('is told whole or not at all, small ones first, as long as there is room', () => {
    const sized = (section: string, bytes: number): ReturnType<typeof changeOf> =>
      changeOf(section, [], rows('x'.repeat(bytes / 2), 'y'.repeat(bytes / 2)));
    const many = changeOf('MANY', [], rows(...Array.from({ length: 501 }, (_, i) => String(i))));
    const told = toldChanges([
      many,
      sized('A', 60_000),
      sized('B', 60_000),
      sized('C', 60_000),
      changeOf('SMALL', rows('a'), []),
      changeOf('NONE', rows('a'), rows('a')),
    ]);
    expect(told.map(({ section }) => section)).toEqual(['SMALL', 'A', 'B']);
    expect(told[0]).toEqual({ section: 'SMALL', added: [], removed: [{ NAME: 'a' }] });
  });
});
