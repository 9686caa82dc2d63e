import { Inject, Injectable } from '@nestjs/common';
import { Log } from '@entrepot/platform-telemetry';

export interface ReadinessReport {
  readonly status: 'ready' | 'not-ready' | 'stopping';
  /** `ok` or the reason, by name. */
  readonly checks: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 5_000;
const MAX_REASON_LENGTH = 200;

/** Collects what a program needs to work, and tells whether it has it. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, () => Promise<void>>();
  private stopping = false;

  constructor(@Inject(Log) private readonly log: Log) {}

  /**
   * Adds a check of something that the program needs before it can do its work; a second one of the same name replaces
   * the first.
   * @param name how the answer of /readyz calls it, such as `database`
   * @param check throws when it does not work now; the message tells why and is shown
   */
  register(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  /** From now on the program is not ready, whatever its checks say. */
  beginShutdown(): void {
    this.stopping = true;
  }

  async report(): Promise<ReadinessReport> {
    const outcomes = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await this.outcomeOf(name, check)] as const),
    );
    const allOk = outcomes.every(([, outcome]) => outcome === 'ok');
    const status = this.stopping ? 'stopping' : allOk ? 'ready' : 'not-ready';
    return { status, checks: Object.fromEntries(outcomes) };
  }

  private async outcomeOf(name: string, check: () => Promise<void>): Promise<string> {
    try {
      await withinTime(check());
      return 'ok';
    } catch (error) {
      this.log.warn({ err: error, check: name }, 'A readiness check failed');
      return (error instanceof Error && error.message.slice(0, MAX_REASON_LENGTH)) || 'failed';
    }
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
