import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FragmentPlan, planFragments } from './plan-fragments.js';

function sizes(plan: FragmentPlan): number[] {
  return Array.from({ length: plan.count }, (_, i) => plan.sizeOf(i + 1));
}

function expectSound(plan: FragmentPlan, total: number): void {
  const all = sizes(plan);
  expect(all.reduce((sum, size) => sum + size, 0)).toBe(total);
  expect(all.every((size) => size > 0)).toBe(true);
  expect(new Set(all.slice(0, -1)).size).toBeLessThanOrEqual(1);
}

describe('planFragments', () => {
  it.each([
    [null, 1024, []],
    [0, 1024, []],
    [1, 1024, [1]],
    [1023, 1024, [1023]],
    [1024, 1024, [1024]],
    [1025, 1024, [512, 513]],
  ])('cuts %s bytes by a size of %s into %j', (total, size, expected) => {
    expect(sizes(planFragments(total, { sizeBytes: size }))).toEqual(expected);
  });

  it.each([
    [null, 3, []],
    [2, 3, [1, 1]],
    [3, 3, [1, 1, 1]],
    [10, 3, [3, 3, 4]],
    [150305, 4, [37576, 37576, 37576, 37577]],
  ])('cuts %s bytes by a count of %s into %j', (total, count, expected) => {
    expect(sizes(planFragments(total, { count }))).toEqual(expected);
  });

  it('leaves nothing out, nothing empty and the exact count around n·k', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 2, max: 5000 }), (n, k) => {
        for (const total of [n * k - 1, n * k, n * k + 1]) {
          const byCount = planFragments(total, { count: n });
          expectSound(byCount, total);
          expect(byCount.count).toBe(n);
          const bySize = planFragments(total, { sizeBytes: k });
          expectSound(bySize, total);
          expect(bySize.count).toBe(Math.ceil(total / k));
        }
      }),
    );
  });

  it('never makes more fragments than there are bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), fc.integer({ min: 1, max: 4000 }), (total, count) => {
        const plan = planFragments(total, { count });
        expect(plan.count).toBe(Math.min(total, count));
        expectSound(plan, total);
      }),
    );
  });

  it('plans terabytes without making a list', () => {
    const plan = planFragments(5 * 2 ** 40 + 7, { sizeBytes: 1024 });
    expect(plan.count).toBe(5 * 2 ** 30 + 1);
    expect(plan.sizeOf(1)).toBe(1023);
  });

  it('refuses a rule below one, and fragments outside the plan', () => {
    for (const by of [{ count: 0 }, { sizeBytes: 0 }, { count: 1.5 }, { sizeBytes: NaN }]) {
      expect(() => planFragments(10, by)).toThrow(RangeError);
    }
    expect(() => planFragments(10, { count: 2 }).sizeOf(3)).toThrow(RangeError);
    expect(() => planFragments(10, { count: 2 }).sizeOf(0)).toThrow(RangeError);
  });
});
