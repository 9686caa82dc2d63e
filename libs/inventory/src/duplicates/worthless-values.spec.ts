import { describe, expect, it } from 'vitest';
import { WORTHLESS_VALUES } from '../migrations/20261121-worthless-values.js';
import { fitsPattern, WorthlessValues, type BlacklistKind } from './worthless-values.js';

const seeded = new WorthlessValues(
  Object.entries(WORTHLESS_VALUES).flatMap(([kind, patterns]) =>
    patterns.map((pattern) => ({ kind: kind as BlacklistKind, pattern })),
  ),
);

describe('a blacklist pattern', () => {
  it.each([
    ['System Serial Number', '*serial*', false],
    ['system serial number', '*serial*', true],
    ['abc', 'a?c', true],
    ['abbc', 'a?c', false],
    ['', '*', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['xaybzc', '*a*b*c', true],
    ['xaybz', '*a*b*c', false],
    ['ab', 'ab**', true],
  ])('%s fits %s: %s', (text, pattern, fits) => {
    expect(fitsPattern(text, pattern)).toBe(fits);
  });

  it('takes no time that grows with the number of its stars', () => {
    const started = performance.now();
    expect(fitsPattern('a'.repeat(255), `${'*a'.repeat(120)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('the worthless values that are known from the start', () => {
  it.each([
    ['serial', 'To Be Filled By O.E.M.'],
    ['serial', 'SYSTEM SERIAL NUMBER'],
    ['serial', 'none'],
    ['serial', 'N/A'],
    ['serial', '00000000000000000000'],
    ['mac', '44:45:53:54:00:00'],
    ['uuid', '03000200-0400-0500-0006-000700080009'],
    ['uuid', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['asset-tag', 'No Asset Tag'],
    ['asset-tag', 'Default string'],
  ] as const)('have %s %s', (kind, value) => {
    expect(seeded.has(kind, value)).toBe(true);
  });

  it.each([
    ['serial', 'CZC1234ABC'],
    ['serial', '5CD0123456'],
    ['serial', 'VMware-56 4d 8a 11 22 33 44 55-66 77 88 99 aa bb cc dd'],
    ['uuid', '4c4c4544-0042-4a10-8052-b4c04f333632'],
    ['asset-tag', 'FR-000123'],
    ['mac', 'A4:BB:6D:01:02:03'],
  ] as const)('do not have %s %s', (kind, value) => {
    expect(seeded.has(kind, value)).toBe(false);
  });

  it('are each there once', () => {
    for (const patterns of Object.values(WORTHLESS_VALUES)) {
      expect(new Set(patterns.map((pattern) => pattern.toLowerCase())).size).toBe(patterns.length);
    }
  });
});
