import type { Log } from '@entrepot/platform-telemetry';
import type { DataSource } from 'typeorm';

interface PeriodicOptions {
  /** Whose work it is, as in subjects of events. */
  readonly context: string;
  /** What is done, for the log and for the lock that lets one replica at a time do it. */
  readonly name: string;
  readonly everyMs: number;
}

/**
 * Does something again and again in the background, in one process of all replicas at a time. The first time is after
 * one period, so that a start is not slowed.
 */
export class PeriodicWork {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly database: DataSource,
    private readonly log: Log,
    private readonly options: PeriodicOptions,
    /** Ends early when it is told to stop. */
    private readonly work: (stopping: () => boolean) => Promise<void>,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.once().finally(() => {
        if (!this.stopping) this.start();
      });
    }, this.options.everyMs).unref();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** Does it now, unless another process is at it; what goes wrong is logged, and tried again next time. */
  private async once(): Promise<void> {
    const runner = this.database.createQueryRunner();
    const key = [`entrepot.${this.options.context}.${this.options.name}`];
    try {
      const [row] = (await runner.query(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
        key,
      )) as { locked: boolean }[];
      if (!row?.locked) return;
      try {
        await this.work(() => this.stopping);
      } finally {
        await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', key);
      }
    } catch (error) {
      this.log.warn({ err: error }, `Did not ${this.options.name}; it is tried again later`);
    } finally {
      await runner.release();
    }
  }
}
