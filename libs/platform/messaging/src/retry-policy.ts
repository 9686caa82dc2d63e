import { AppError } from '@entrepot/kernel';
import { PayloadRefused } from './payload-refused.js';

const BACK_OFF_MS = [200, 1_000, 5_000, 15_000, 30_000];
const ATTEMPTS = 6;
/** About four hours of somebody else being down. */
const ATTEMPTS_WHILE_UNAVAILABLE = 500;
/** Postgres is shutting down, starting up, or out of reach. */
const CONNECTION_FAILURES = /^(?:08\w{3}|57P\d{2}|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

/** What to do with a message whose consumer failed: wait and try again, or give up. */
export type RetryDecision = { readonly retryAfterMs: number } | 'dead';

/**
 * Decides after a failed attempt. A payload of the wrong shape is dead at once; a dependency that is down is waited
 * for; anything else gets six attempts.
 * @param attempt the attempt that failed, from 1
 */
export function decideRetry(error: unknown, attempt: number): RetryDecision {
  if (error instanceof PayloadRefused) return 'dead';
  const attempts = isUnavailable(error) ? ATTEMPTS_WHILE_UNAVAILABLE : ATTEMPTS;
  if (attempt >= attempts) return 'dead';
  return { retryAfterMs: BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length) - 1] ?? 0 };
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof AppError) return error.kind === 'unavailable';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : '';
  return CONNECTION_FAILURES.test(code) || message.startsWith('Connection terminated');
}
