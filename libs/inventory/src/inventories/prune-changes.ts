import { Clock } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicWork } from '@entrepot/platform-database';
import { SettingStore } from '../settings/setting-store.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const ROWS_AT_ONCE = 5_000;

/** Forgets which rows came and went once that is long ago (CHANGES_KEPT_DAYS). */
@Injectable()
export class PruneChanges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'inventory', name: 'forget old changes', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Some at a time, so that no statement takes long. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const { CHANGES_KEPT_DAYS: days } = await this.settings.current();
    const before = new Date(this.clock.now().getTime() - days * DAY_MS);
    let deleted = ROWS_AT_ONCE;
    while (deleted === ROWS_AT_ONCE && !stopping()) {
      const [row]: { deleted: number }[] = await this.database.query(PRUNE, [before, ROWS_AT_ONCE]);
      deleted = row?.deleted ?? 0;
    }
  }
}

const PRUNE = `
  WITH old AS (
    SELECT ctid FROM section_change WHERE at < $1::timestamptz ORDER BY at LIMIT $2
  ), gone AS (
    DELETE FROM section_change c USING old WHERE c.ctid = old.ctid RETURNING 1
  )
  SELECT count(*)::int AS deleted FROM gone`;
