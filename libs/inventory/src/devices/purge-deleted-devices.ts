import { PeriodicWork } from '@entrepot/platform-database';
import { Clock, type DeviceId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { familiesOf } from '../duplicates/identified-device.js';
import { removeKeys } from '../duplicates/identity-index.js';
import { lockIdentities } from '../duplicates/identity-lane.js';
import { RESTORABLE_MS } from './device-state-view.js';

const EVERY_MS = 60 * 60 * 1000;
/** Inventories of new devices wait while these go. */
const AT_ONCE = 20;
/** A machine that starts from the same image every day has another agent every day: only so many are kept. */
const FORMER_AGENTS = 10;

/**
 * Frees, once an hour, what is left of devices that were deleted more than a day ago, and of the oldest agents of
 * machines that have had many.
 */
@Injectable()
export class PurgeDeletedDevices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const options = { context: 'inventory', name: 'purge deleted devices', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Resolves when nothing is left to purge. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    for (let purged = AT_ONCE; purged === AT_ONCE && !stopping();) {
      purged = await this.database.transaction((manager) => this.purgeSome(manager));
      if (purged > 0) this.log.info({ devices: purged }, 'Deleted devices and replaced agents are gone');
    }
  }

  private async purgeSome(manager: EntityManager): Promise<number> {
    await lockIdentities(manager);
    const before = new Date(this.clock.now().getTime() - RESTORABLE_MS);
    const due: { readonly id: DeviceId }[] = await manager.query(
      `SELECT id FROM device WHERE state = 'deleted' AND state_changed_at < $1 ORDER BY state_changed_at LIMIT $2`,
      [before, AT_ONCE],
    );
    const family = await familiesOf(
      manager,
      due.map(({ id }) => id),
    );
    const former = await replacedRows(manager, AT_ONCE - due.length);
    await forget(manager, [...family.map(({ id }) => id), ...former]);
    return due.length + former.length;
  }
}

/** Rows of agents that a device has had, which were replaced more often since than anybody would look back. */
async function replacedRows(manager: EntityManager, limit: number): Promise<DeviceId[]> {
  const rows: { readonly id: DeviceId }[] = await manager.query(REPLACED, [FORMER_AGENTS, limit]);
  return rows.map(({ id }) => id);
}

async function forget(manager: EntityManager, ids: readonly DeviceId[]): Promise<void> {
  if (ids.length === 0) return;
  await removeKeys(manager, ids);
  await manager.query('DELETE FROM device_delivery WHERE device_id = ANY($1::uuid[])', [ids]);
  await manager.query('DELETE FROM device WHERE id = ANY($1::uuid[])', [ids]);
}

const REPLACED = `
  SELECT absorbed_id AS id FROM (
    SELECT m.absorbed_id, row_number() OVER (PARTITION BY m.survivor_id ORDER BY m.ordinal DESC) AS place
    FROM device_merge m
    WHERE m.undone_at IS NULL AND (m.moved ->> 'adopted')::boolean
      AND NOT EXISTS (SELECT 1 FROM device d WHERE d.merged_into = m.absorbed_id)
  ) r WHERE place > $1 LIMIT $2`;
