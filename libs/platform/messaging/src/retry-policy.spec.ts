import { AppError, defineErrors } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { PayloadRefused } from './payload-refused.js';
import { decideRetry } from './retry-policy.js';

const ERRORS = defineErrors({
  T_AWAY: ['unavailable', 'Away'],
  T_WRONG: ['invalid', 'Wrong'],
});
const away = new AppError(ERRORS.T_AWAY, 'away');
const withCode = (code: string): Error => Object.assign(new Error('no'), { code });

describe('after a failed attempt', () => {
  it('a message waits longer each time, and is dead after the sixth', () => {
    const decisions = [1, 2, 3, 4, 5, 6].map((attempt) => decideRetry(new Error('bug'), attempt));
    expect(decisions).toEqual([
      { retryAfterMs: 200 },
      { retryAfterMs: 1_000 },
      { retryAfterMs: 5_000 },
      { retryAfterMs: 15_000 },
      { retryAfterMs: 30_000 },
      'dead',
    ]);
  });

  it.each([
    away,
    withCode('ECONNREFUSED'),
    withCode('57P01'),
    new Error('Connection terminated unexpectedly'),
  ])('a message waits for hours for what is away: %s', (error) => {
    expect(decideRetry(error, 400)).toEqual({ retryAfterMs: 30_000 });
    expect(decideRetry(error, 500)).toBe('dead');
  });

  it('a payload of the wrong shape is dead at once, a consumer that trips over its own data is not', () => {
    expect(decideRetry(new PayloadRefused('no'), 1)).toBe('dead');
    expect(decideRetry(new ZodError([]), 1)).toEqual({ retryAfterMs: 200 });
    expect(decideRetry(new AppError(ERRORS.T_WRONG, 'wrong'), 1)).toEqual({ retryAfterMs: 200 });
  });
});
