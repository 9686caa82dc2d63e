import { AppError, Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { ERRORS } from './errors.js';

const MAX_FAILURES = 10;
const WINDOW_MS = 5 * 60_000;
/** Bounds the memory that somebody who tries many names can take. */
const MAX_KEYS = 10_000;

interface Failures {
  count: number;
  readonly since: number;
}

/** Who tries: failures are counted for each account name and network address together. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
}

/**
 * Refuses further attempts after 10 failures within 5 minutes, until those 5 minutes are over. Counts are in memory:
 * each program has its own, and a restart forgets them.
 */
@Injectable()
export class FailureLimit {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /**
   * Counts an attempt before its outcome is known, so that many at once are limited too.
   * @throws AppError IDENTITY_TOO_MANY_FAILURES
   */
  begin(attempt: Attempt): void {
    const key = keyOf(attempt);
    const now = this.clock.now().getTime();
    const known = this.failures.get(key);
    if (known === undefined || now - known.since >= WINDOW_MS) {
      this.failures.delete(key);
      this.makeRoom();
      this.failures.set(key, { count: 1, since: now });
      return;
    }
    if (known.count >= MAX_FAILURES)
      throw new AppError(
        ERRORS.IDENTITY_TOO_MANY_FAILURES,
        `${MAX_FAILURES} attempts have failed or are under way; try again at ${new Date(known.since + WINDOW_MS).toISOString()}.`,
      );
    known.count += 1;
  }

  /** Forgets the failures of somebody who has proved to be the one. */
  succeed(attempt: Attempt): void {
    this.failures.delete(keyOf(attempt));
  }

  private makeRoom(): void {
    if (this.failures.size < MAX_KEYS) return;
    const [oldest] = this.failures.keys();
    if (oldest !== undefined) this.failures.delete(oldest);
  }
}

function keyOf({ name, address }: Attempt): string {
  return JSON.stringify([name, address]);
}
