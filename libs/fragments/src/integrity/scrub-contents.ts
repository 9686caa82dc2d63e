import { PeriodicWork } from '@entrepot/platform-database';
import { Log, Metrics } from '@entrepot/platform-telemetry';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import type { Content } from '../storage/content.repository.js';
import { IntegrityRepository } from './integrity.repository.js';
import { Pace } from './pace.js';
import { VerifyContent } from './verify-content.js';

const EVERY_MS = 5 * 60 * 1000;
const DAY_S = 24 * 60 * 60;
const REPAIR_EVERY_S = 60 * 60;
const BYTES_PER_SECOND = 20_000_000;
const AT_ONCE = 100;
/** Contents of one round that may be unreadable for reasons of their own before the store counts as down. */
const FAILURES_MAX = 3;

/**
 * Reads everything stored within `scrubDays`. In the second half of its term a content is read as part of an even
 * share of each day, after its term at once; never faster than downloads would mind. Damaged contents are tried again
 * each hour.
 */
@Injectable()
export class ScrubContents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;
  private readonly pace = new Pace(BYTES_PER_SECOND);
  /** Bytes that may be read ahead of their term; below 0 after a large content. */
  private allowance = 0;
  private failures = 0;

  constructor(
    private readonly database: DataSource,
    private readonly integrity: IntegrityRepository,
    private readonly verify: VerifyContent,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    const periodic = { context: 'fragments', name: 'scrub contents', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, periodic, (stopping) => this.execute(stopping));
    metrics
      .meter('fragments')
      .createObservableGauge('fragments_contents_bytes', {
        description: 'Bytes of all contents, each counted once however many packages have it',
      })
      .addCallback(async (result) => result.observe(await integrity.storedBytes(database.manager)));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /**
   * Resolves when nothing is overdue and the share of this time is read.
   * @throws AppError OBJECT_STORE_UNAVAILABLE
   */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const { manager } = this.database;
    const term = this.options.scrubDays * DAY_S;
    this.failures = 0;
    const damaged = await this.integrity.damaged(manager, REPAIR_EVERY_S, AT_ONCE);
    for (const content of damaged) if (!stopping()) await this.read(content);
    for (let found = AT_ONCE; found === AT_ONCE && !stopping();) {
      const overdue = await this.integrity.unreadFor(manager, term, AT_ONCE);
      for (const content of overdue) if (!stopping()) await this.read(content);
      found = overdue.length;
    }
    await this.readShare(term, stopping);
  }

  /** Half of the term is left for what can be read ahead of it, hence twice the even share. */
  private async readShare(term: number, stopping: () => boolean): Promise<void> {
    const { manager } = this.database;
    const share = (2 * (await this.integrity.storedBytes(manager)) * EVERY_MS) / 1000 / term;
    this.allowance = Math.min(this.allowance, 0) + share;
    while (this.allowance > 0 && !stopping()) {
      const next: Content | undefined = (await this.integrity.unreadFor(manager, term / 2, 1))[0];
      if (next === undefined) return;
      await this.read(next);
      this.allowance -= next.size;
    }
  }

  /** One object that the store fails on must not keep all others from being read. */
  private async read(content: Content): Promise<void> {
    try {
      await this.verify.execute(content, this.pace);
    } catch (error) {
      this.failures += 1;
      if (this.failures === FAILURES_MAX) throw error;
      this.log.warn({ err: error, ...content }, 'A content cannot be read at the moment');
    }
  }
}
