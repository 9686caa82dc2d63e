import { PeriodicWork } from '@entrepot/platform-database';
import { Clock } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SettingStore } from '../settings/setting-store.js';

const EVERY_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
const DEVICES_AT_ONCE = 200;
const MOST_OF_A_DEVICE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Forgets when devices called, once it is long ago (CONTACTS_KEPT_DAYS) or 200 calls ago. */
@Injectable()
export class ForgetContacts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'inventory', name: 'forget old contacts', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Goes through all devices that ever called, some at a time, so that no statement takes long. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const { CONTACTS_KEPT_DAYS: days } = await this.settings.current();
    const before = new Date(this.clock.now().getTime() - days * DAY_MS);
    let after: string | null = BEFORE_ALL;
    while (after !== null && !stopping()) {
      const [row]: { last: string }[] = await this.database.query(FORGET, [
        after,
        DEVICES_AT_ONCE,
        before,
        MOST_OF_A_DEVICE,
      ]);
      after = row?.last ?? null;
    }
  }
}

// The recursion jumps from device to device in the index, also to those that are no devices any more.
const FORGET = `
  WITH RECURSIVE caller (device_id, place) AS (
    (SELECT device_id, 1 FROM contact_log WHERE device_id > $1::uuid ORDER BY device_id LIMIT 1)
    UNION ALL
    SELECT (SELECT l.device_id FROM contact_log l WHERE l.device_id > c.device_id ORDER BY l.device_id LIMIT 1), place + 1
    FROM caller c WHERE c.place < $2 AND c.device_id IS NOT NULL
  ), bound AS (
    SELECT device_id, greatest($3::timestamptz, (
      SELECT l.at FROM contact_log l WHERE l.device_id = c.device_id ORDER BY l.at DESC OFFSET $4 LIMIT 1
    )) AS until
    FROM caller c WHERE device_id IS NOT NULL
  ), forgotten AS (
    DELETE FROM contact_log l USING bound b
    WHERE l.device_id = b.device_id AND l.at <= b.until
  )
  SELECT device_id AS last FROM bound ORDER BY device_id DESC LIMIT 1`;
