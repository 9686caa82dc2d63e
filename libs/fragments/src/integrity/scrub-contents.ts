import { PeriodicWork } from '@entrepot/platform-database';
import { ObjectStore } from '@entrepot/platform-object-store';
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
/** Contents of one round that may be unreadable while the store seems well. */
const UNREADABLE_MAX = 100;
/** The sum goes over all contents, metrics are asked for every few seconds. */
const SUMMED_MS = 60_000;

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
  /** SHA-256 of those that could not be read in this round. */
  private readonly unreadable: string[] = [];
  private sum = { bytes: 0, until: 0 };

  constructor(
    private readonly database: DataSource,
    private readonly integrity: IntegrityRepository,
    private readonly verify: VerifyContent,
    private readonly store: ObjectStore,
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
      .addCallback(async (result) => result.observe(await this.recentBytes()));
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
    this.unreadable.length = 0;
    const damaged = await this.integrity.damaged(manager, REPAIR_EVERY_S, AT_ONCE);
    for (const content of damaged) if (!stopping()) await this.read(content);
    for (let found = AT_ONCE; found === AT_ONCE && !stopping();) {
      const overdue = await this.integrity.unreadFor(manager, term, AT_ONCE, this.unreadable);
      for (const content of overdue) if (!stopping()) await this.read(content);
      found = overdue.length;
    }
    await this.readShare(term, stopping);
  }

  private async recentBytes(): Promise<number> {
    const now = performance.now();
    if (now > this.sum.until)
      this.sum = { bytes: await this.integrity.storedBytes(this.database.manager), until: now + SUMMED_MS };
    return this.sum.bytes;
  }

  /** Half of the term is left for what can be read ahead of it, hence twice the even share. */
  private async readShare(term: number, stopping: () => boolean): Promise<void> {
    const { manager } = this.database;
    const share = (2 * (await this.integrity.storedBytes(manager)) * EVERY_MS) / 1000 / term;
    this.allowance = Math.min(this.allowance, 0) + share;
    while (this.allowance > 0 && !stopping()) {
      const next: Content | undefined = (
        await this.integrity.unreadFor(manager, term / 2, 1, this.unreadable)
      )[0];
      if (next === undefined) return;
      await this.read(next);
      this.allowance -= next.size;
    }
  }

  /** Objects that the store fails on must not keep all others from being read. */
  private async read(content: Content): Promise<void> {
    try {
      await this.verify.execute(content, this.pace);
    } catch (error) {
      await this.store.check();
      if (this.unreadable.push(content.sha256) === UNREADABLE_MAX) throw error;
      this.log.warn({ err: error, ...content }, 'A content cannot be read at the moment');
    }
  }
}
