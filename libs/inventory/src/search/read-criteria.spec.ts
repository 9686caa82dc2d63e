import { describe, expect, it } from 'vitest';
import { criteria } from './criteria.js';
import { readCriteria } from './read-criteria.js';

const condition = { device: 'name', operator: 'equal', value: 'PC' };

function nested(levels: number, inner: unknown = condition): unknown {
  return Array.from({ length: levels }).reduce<unknown>((one) => ({ not: one }), inner);
}

function problemOf(value: unknown): string {
  const read = readCriteria(value);
  return read.ok ? 'none' : `${read.path.join('.')}: ${read.rule}`;
}

describe('criteria', () => {
  it('takes every kind of condition, nested', () => {
    const value = {
      all: [
        condition,
        { any: [{ section: 'BIOS', field: 'SMODEL', operator: 'empty' }, { not: condition }] },
        { section: 'SOFTWARES', field: 'NAME', operator: 'has-not', value: 'Office' },
        {
          section: 'BITLOCKER',
          row: {
            all: [
              { field: 'DRIVE', operator: 'equal', value: 'C:' },
              { not: { field: 'x', operator: 'empty' } },
            ],
          },
        },
        { device: 'lastContact', operator: 'older-than-days', value: 30 },
        { device: 'registered', operator: 'between', value: ['2026-01-01', '2026-02-01T00:00:00Z'] },
        { accountField: 'TAG', operator: 'in', value: ['a', 'b', 3] },
        { group: '0195d0a0-0000-7000-8000-00000000000A', operator: 'not-member' },
        { package: '0195d0a0-0000-7000-8000-000000000001', operator: 'status', value: ['failed'] },
        { package: '0195d0a0-0000-7000-8000-000000000001', operator: 'none' },
      ],
    };
    const lowerCase = JSON.parse(JSON.stringify(value).replace('00A', '00a')) as unknown;
    expect(readCriteria(value)).toEqual({ ok: true, criteria: lowerCase });
  });

  it('writes the names that the protocol knows in capitals and leaves the others as they are', () => {
    expect(criteria.parse({ section: 'drives', field: 'free_percent', operator: 'less', value: 10 })).toEqual(
      {
        section: 'DRIVES',
        field: 'FREE_PERCENT',
        operator: 'less',
        value: 10,
      },
    );
    const unknown = { section: 'Bitlocker', field: 'status', operator: 'empty' };
    expect(criteria.parse(unknown)).toEqual(unknown);
  });

  it('names what breaks a rule, and the rule', () => {
    expect(problemOf(null)).toBe(': must be an object');
    expect(problemOf([])).toBe(': must be an object');
    expect(problemOf({})).toContain('must have all, any, not, section');
    expect(problemOf({ all: [] })).toBe('all: must be a list of 1 to 64');
    expect(problemOf({ all: [condition], any: [condition] })).toBe('any: does not belong here');
    expect(problemOf({ any: [condition, { ...condition, sql: '1=1' }] })).toBe(
      'any.1.sql: does not belong here',
    );
    expect(problemOf({ device: 'id; DROP', operator: 'empty' })).toBe('device: must be a column of devices');
    expect(problemOf({ section: "x' OR 1", field: 'y', operator: 'empty' })).toContain(
      'section: must be a name',
    );
    expect(problemOf({ section: 'BIOS', field: 'SSN', operator: 'has-not' })).toContain(
      'value: must be a text',
    );
    expect(problemOf({ section: 'BIOS', field: 'SSN', operator: 'LIKE', value: '' })).toContain(
      'operator: must be one of',
    );
    expect(problemOf({ section: 'BIOS', row: { field: 'SSN', operator: 'has-not', value: 'x' } })).toContain(
      'row.operator: must be one of',
    );
    expect(problemOf({ ...condition, value: 'x'.repeat(1_025) })).toContain(
      'value: must be a text of at most',
    );
    expect(problemOf({ ...condition, value: NaN })).toContain('value:');
    expect(problemOf({ device: 'name', operator: 'between', value: ['a', 1] })).toBe(
      'value: must be two numbers or two texts',
    );
    expect(problemOf({ device: 'name', operator: 'in', value: [] })).toBe(
      'value: must be a list of 1 to 1000',
    );
    expect(problemOf({ device: 'lastContact', operator: 'contains', value: '2026' })).toBe(
      'operator: does not go with a moment',
    );
    expect(problemOf({ device: 'lastContact', operator: 'less', value: '2026-13-01' })).toContain(
      'value: must be a date',
    );
    expect(problemOf({ device: 'lastContact', operator: 'within-days', value: 1.5 })).toContain(
      'value: must be a whole',
    );
    expect(problemOf({ group: 'x', operator: 'member' })).toBe('group: must be a UUID');
  });

  it('takes eight levels and sixty-four conditions, and not one more', () => {
    expect(problemOf(nested(7))).toBe('none');
    expect(problemOf(nested(8))).toContain('must not be nested deeper than 8 levels');
    const row = nested(6, { field: 'SSN', operator: 'empty' });
    expect(problemOf({ section: 'BIOS', row })).toBe('none');
    expect(problemOf({ section: 'BIOS', row: nested(1, row) })).toContain('deeper than 8');
    const many = (count: number): unknown => ({
      all: [{ any: Array(32).fill(condition) }, { any: Array(count).fill(condition) }],
    });
    expect(problemOf(many(32))).toBe('none');
    expect(problemOf(many(33))).toContain('more than 64 conditions');
  });

  it('survives values of any depth and prototypes', () => {
    expect(problemOf(nested(100_000))).toContain('deeper than 8');
    expect(problemOf(JSON.parse('{"__proto__":{"device":"name"},"constructor":1}'))).toContain(
      'must have all',
    );
  });
});
