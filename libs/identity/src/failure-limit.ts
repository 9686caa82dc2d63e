import { AppError, Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { ERRORS } from './errors.js';

const MAX_FAILURES = 10;
/** From one address, whatever the names: many people may sit behind it. */
const MAX_FAILURES_OF_ADDRESS = 100;
const WINDOW_MS = 5 * 60_000;
/** Bounds the memory that somebody who tries many names can take. */
const MAX_KEYS = 10_000;

/** What counts as a failure: everything else is our own trouble. */
const WRONG: ReadonlySet<string> = new Set([
  ERRORS.IDENTITY_CREDENTIALS_WRONG.code,
  ERRORS.IDENTITY_PASSWORD_WRONG.code,
]);

interface Failures {
  count: number;
  readonly since: number;
}

/** Who tries: failures are counted for the account name and network address together, and for the address alone. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
}

/**
 * Refuses further attempts after 10 failures within 5 minutes (100 of one address), until those 5 minutes are over.
 * Counts are in memory: each program has its own, and a restart forgets them.
 */
@Injectable()
export class FailureLimit {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /**
   * Makes an attempt. It counts before its outcome is known, so that many at once are limited too; a success forgets the
   * failures before it, and what has nothing to do with the password does not count.
   * @throws AppError IDENTITY_TOO_MANY_FAILURES, or whatever the work throws
   */
  async attempt<Result>({ name, address }: Attempt, work: () => Promise<Result>): Promise<Result> {
    const keys = [JSON.stringify([name, address]), JSON.stringify([address])] as const;
    this.begin(keys[0], MAX_FAILURES);
    try {
      this.begin(keys[1], MAX_FAILURES_OF_ADDRESS);
    } catch (error) {
      this.takeBack(keys[0]);
      throw error;
    }
    try {
      const result = await work();
      this.failures.delete(keys[0]);
      this.takeBack(keys[1]);
      return result;
    } catch (error) {
      if (!(error instanceof AppError) || !WRONG.has(error.code)) for (const key of keys) this.takeBack(key);
      throw error;
    }
  }

  private begin(key: string, most: number): void {
    const now = this.clock.now().getTime();
    const known = this.failures.get(key);
    if (known === undefined || now - known.since >= WINDOW_MS) {
      this.failures.delete(key);
      this.makeRoom();
      this.failures.set(key, { count: 1, since: now });
      return;
    }
    if (known.count >= most)
      throw new AppError(
        ERRORS.IDENTITY_TOO_MANY_FAILURES,
        `${most} attempts have failed or are under way; try again at ${new Date(known.since + WINDOW_MS).toISOString()}.`,
      );
    known.count += 1;
  }

  private takeBack(key: string): void {
    const known = this.failures.get(key);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count <= 0) this.failures.delete(key);
  }

  private makeRoom(): void {
    if (this.failures.size < MAX_KEYS) return;
    const [oldest] = this.failures.keys();
    if (oldest !== undefined) this.failures.delete(oldest);
  }
}
