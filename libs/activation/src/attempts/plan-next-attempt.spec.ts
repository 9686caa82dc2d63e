import { describe, expect, it } from 'vitest';
import { planNextAttempt } from './plan-next-attempt.js';
import type { Repetition } from './repetition.js';
import { retryAfterMinutes, retryPolicySchema, type RetryPolicy } from './retry-policy.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const policy: RetryPolicy = {
  on: ['ERR_*', 'EXIT_CODE_1618'],
  retries: 3,
  firstAfterMinutes: 10,
  factor: 3,
  maxAfterMinutes: 60,
};
const repeat: Repetition = { every: 'day', at: '20:00', zone: 'UTC' };
const failed = { state: 'failed', code: 'ERR_BAD_DIGEST', retry: 0, force: false } as const;

describe('a failure', () => {
  it('is tried again after longer and longer, up to a bound, and so often', () => {
    const waits = [0, 1, 2, 3].map((retry) => retryAfterMinutes(policy, 'ERR_EXECUTE', retry));
    expect(waits).toEqual([10, 30, 60, null]);
  });

  it.each([
    ['ERR_TIMEOUT', true],
    ['EXIT_CODE_1618', true],
    ['EXIT_CODE_16180', false],
    ['EXIT_CODE_1', false],
    ['', false],
  ])('of code “%s”: tried again is %s', (code, isTried) => {
    expect(retryAfterMinutes(policy, code, 0) !== null).toBe(isTried);
  });

  it('is followed by the same attempt later', () => {
    expect(planNextAttempt({ ...failed, force: true, retry: 1 }, { policy, repeat }, NOW)).toEqual({
      notBefore: new Date('2026-11-21T12:30:00Z'),
      retry: 2,
      held: 'retry',
      force: true,
      assignedBy: 'retry policy',
    });
  });

  it('that is the last one is followed by the repetition, if there is one', () => {
    expect(planNextAttempt({ ...failed, retry: 3 }, { policy, repeat }, NOW)).toMatchObject({
      held: 'repeat',
    });
    expect(planNextAttempt({ ...failed, retry: 3 }, { policy, repeat: null }, NOW)).toBeNull();
    expect(planNextAttempt({ ...failed, code: 'EXIT_CODE_1' }, { policy, repeat: null }, NOW)).toBeNull();
  });
});

it('A success is followed by the repetition alone, which is forced.', () => {
  const succeeded = { ...failed, state: 'succeeded', code: 'SUCCESS' } as const;
  expect(planNextAttempt(succeeded, { policy, repeat }, NOW)).toEqual({
    notBefore: new Date('2026-11-21T20:00:00Z'),
    retry: 0,
    held: 'repeat',
    force: true,
    assignedBy: 'repetition',
  });
  expect(planNextAttempt(succeeded, { policy, repeat: null }, NOW)).toBeNull();
});

it.each(['withdrawn', 'superseded', 'notified'] as const)('What is %s is followed by nothing.', (state) => {
  expect(planNextAttempt({ ...failed, state }, { policy, repeat }, NOW)).toBeNull();
});

it.each([
  ['no code', { on: [] }],
  ['a pattern in the middle', { on: ['ERR_*_DIGEST'] }],
  ['no end', { retries: 21 }],
  ['a bound below the first wait', { maxAfterMinutes: 5 }],
])('A policy with %s is refused.', (_, change) => {
  expect(retryPolicySchema.safeParse({ ...policy, ...change }).success).toBe(false);
});
