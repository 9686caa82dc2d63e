import { Clock, type DeviceId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicWork } from '@entrepot/platform-database';
import { SettingStore } from '../settings/setting-store.js';

const EVERY_MS = 30 * 60_000;
const DAY_MS = 86_400_000;
/** Calls after which a device may be elected (IPDISCOVER_NO_POSTPONE). */
const PROVEN = 3;

/** A device that has just come to a subnet. */
export interface NewOnSubnet {
  readonly id: DeviceId;
  /** Whether nothing was known of its networks before. */
  readonly registered: boolean;
}

/**
 * Elects on each subnet the devices that look for neighbours: as many as IPDISCOVER says, those that call most often
 * (OCS-PROTOCOL.md §2.2, §2.6). Who was elected stays until it has not called for IPDISCOVER_MAX_ALIVE days, is not to
 * do it any more, or another calls more often by IPDISCOVER_BETTER_THRESHOLD days. Who is forced takes a place.
 */
@Injectable()
export class ElectAgents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'inventory', name: 'elect agents', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, () => this.execute());
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Elects on all subnets, and notes of which hosts those elected have still heard. */
  async execute(): Promise<void> {
    const settings = await this.settings.current();
    const now = this.clock.now();
    await this.database.query(CONFIRM_HOSTS, [settings.IPDISCOVER_ROLE]);
    await this.database.query(ELECT, [
      settings.IPDISCOVER_ROLE,
      settings.IPDISCOVER,
      now,
      new Date(now.getTime() - settings.IPDISCOVER_MAX_ALIVE * DAY_MS),
      settings.IPDISCOVER_NO_POSTPONE ? 0 : PROVEN,
      settings.IPDISCOVER_BETTER_THRESHOLD,
    ]);
  }

  /** Gives devices that are new on their subnets the places that are free there. */
  async fillPlaces(devices: readonly NewOnSubnet[]): Promise<void> {
    if (devices.length === 0) return;
    const settings = await this.settings.current();
    // Who has just been registered has not called often enough, and those are most.
    const proven = settings.IPDISCOVER_NO_POSTPONE ? devices : devices.filter((one) => !one.registered);
    if (settings.IPDISCOVER === 0 || proven.length === 0) return;
    await this.database.query(FILL_PLACES, [
      settings.IPDISCOVER_ROLE,
      settings.IPDISCOVER,
      this.clock.now(),
      settings.IPDISCOVER_NO_POSTPONE ? 0 : PROVEN,
      proven.map(({ id }) => id),
    ]);
  }
}

// By sets, not by device: few devices have a role other than the one for all ($1).
const ROLES = `
  own AS (SELECT device_id, value #>> '{}' AS role FROM device_setting WHERE key = 'IPDISCOVER_ROLE'),
  of_groups AS (
    SELECT m.device_id, CASE WHEN bool_or(s.value #>> '{}' = 'never') THEN 'never'
      WHEN bool_or(s.value #>> '{}' = 'forced') THEN 'forced' ELSE 'automatic' END AS role
    FROM group_setting s JOIN group_member m ON m.group_id = s.group_id AND m.origin <> 'excluded'
    WHERE s.key = 'IPDISCOVER_ROLE' GROUP BY m.device_id
  ), member AS (
    SELECT n.device_id, n.subnet, n.elected_at, coalesce(o.role, g.role, $1::text) AS role
    FROM network_member n LEFT JOIN own o ON o.device_id = n.device_id
    LEFT JOIN of_groups g ON g.device_id = n.device_id
  )`;

const ELECT = `
  WITH ${ROLES}, candidate AS (
    SELECT m.device_id, m.role, row_number() OVER (
      PARTITION BY m.subnet ORDER BY m.role = 'forced' DESC,
        c.quality - CASE WHEN m.elected_at IS NULL THEN 0 ELSE $6::float8 END,
        m.elected_at NULLS LAST, c.fidelity DESC, m.device_id
    ) AS place
    FROM member m JOIN device d ON d.id = m.device_id AND d.state = 'active'
    JOIN device_contact c ON c.device_id = m.device_id
    WHERE m.subnet <> '' AND m.role <> 'never' AND c.last_contact_at > $4
      AND (m.role = 'forced' OR m.elected_at IS NOT NULL OR c.fidelity >= $5)
  ), verdict AS (
    SELECT m.device_id, coalesce(c.place <= $2 AND c.role = 'automatic', false) AS elected
    FROM network_member m LEFT JOIN candidate c ON c.device_id = m.device_id
  )
  UPDATE network_member m SET elected_at = CASE WHEN v.elected THEN $3::timestamptz END
  FROM verdict v WHERE v.device_id = m.device_id AND v.elected <> (m.elected_at IS NOT NULL)`;

const FILL_PLACES = `
  WITH ${ROLES}, candidate AS (
    SELECT m.device_id,
      row_number() OVER (PARTITION BY m.subnet ORDER BY c.quality, c.fidelity DESC, m.device_id) AS place,
      (SELECT count(*) FROM network_member e WHERE e.subnet = m.subnet AND e.elected_at IS NOT NULL) AS taken
    FROM member m JOIN device d ON d.id = m.device_id AND d.state = 'active'
    JOIN device_contact c ON c.device_id = m.device_id
    WHERE m.device_id = ANY ($5::uuid[]) AND m.subnet <> '' AND m.elected_at IS NULL AND m.role = 'automatic'
      AND c.fidelity >= $4
  )
  UPDATE network_member m SET elected_at = $3::timestamptz
  FROM candidate c WHERE c.device_id = m.device_id AND c.taken + c.place <= $2`;

// A scan that finds the same hosts as before changes nothing in the inventory and tells nobody. Who was elected scans
// before each of its inventories, and the hosts that it no longer finds are not its own any more (KeepNetmap).
const CONFIRM_HOSTS = `
  WITH ${ROLES}
  UPDATE netmap h SET last_seen_at = c.last_inventory_at
  FROM member m JOIN device_contact c ON c.device_id = m.device_id
  WHERE h.found_by = m.device_id AND h.last_seen_at < c.last_inventory_at
    AND (m.role = 'forced' OR m.elected_at < c.last_inventory_at)`;
