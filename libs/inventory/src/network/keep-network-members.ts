import { Coalescer, type DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredRow } from '../inventories/canonical-section.js';
import { ElectAgents, type NewOnSubnet } from './elect-agents.js';
import { networksOf, type DeviceNetworks } from './network-place.js';

interface StoredNetworks {
  readonly id: DeviceId;
  readonly ipAddress: string;
  readonly rows: readonly StoredRow[] | null;
}

const MOST_AT_ONCE = 64;

/** Keeps where each device stands: its subnet and its interfaces, from what is stored of it now. */
@Injectable()
export class KeepNetworkMembers {
  private readonly work = new Coalescer<DeviceId, void>((ids) => this.keepAll(ids), {
    maxKeys: MOST_AT_ONCE,
  });

  constructor(
    private readonly database: DataSource,
    private readonly election: ElectAgents,
  ) {}

  /** Resolves when it is written; those of several devices go together. Doing it again changes nothing. */
  keep(deviceId: DeviceId): Promise<void> {
    return this.work.get(deviceId);
  }

  private async keepAll(ids: readonly DeviceId[]): Promise<void[]> {
    const stored = await READ_NETWORKS.run(this.database, [ids]);
    const devices = stored.map(({ id, rows, ipAddress }) => ({ id, ...networksOf(rows ?? [], ipAddress) }));
    const moved = await WRITE_MEMBERS.run(this.database, toParameters(devices));
    await this.election.fillPlaces(moved);
    return ids.map(() => undefined);
  }
}

function toParameters(devices: readonly (DeviceNetworks & { readonly id: DeviceId })[]): unknown[] {
  const interfaces = devices.flatMap(({ id, interfaces: all }) => all.map((one) => ({ id, ...one })));
  return [
    devices.map(({ id }) => id),
    devices.map(({ subnet }) => subnet),
    interfaces.map(({ id }) => id),
    interfaces.map(({ mac }) => mac),
    interfaces.map(({ subnet }) => subnet),
  ];
}

// Arrays behind a SELECT: a plan for their very length would be made anew each time.
const READ_NETWORKS = new PreparedStatement<StoredNetworks>(
  'read-networks',
  `
  SELECT d.id, d.ip_address AS "ipAddress", s.rows
  FROM unnest((SELECT $1::uuid[])) AS a (id) JOIN device d ON d.id = a.id
  LEFT JOIN section s ON s.device_id = d.id AND s.name = 'NETWORKS'
  ORDER BY d.id`,
);

// Who has moved to another subnet is not elected there.
const WRITE_MEMBERS = new PreparedStatement<NewOnSubnet>(
  'write-network-members',
  `
  WITH sent AS (
    SELECT * FROM unnest((SELECT $3::uuid[]), (SELECT $4::text[]), (SELECT $5::text[])) AS s (device_id, mac, subnet)
  ), gone AS (
    DELETE FROM network_interface i WHERE i.device_id = ANY ($1::uuid[])
      AND NOT EXISTS (SELECT FROM sent s WHERE (s.device_id, s.mac, s.subnet) = (i.device_id, i.mac, i.subnet))
  ), come AS (
    INSERT INTO network_interface (device_id, mac, subnet) SELECT * FROM sent ON CONFLICT DO NOTHING
  )
  INSERT INTO network_member AS m (device_id, subnet)
  SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::text[]))
  ON CONFLICT (device_id) DO UPDATE SET subnet = excluded.subnet, elected_at = NULL
    WHERE m.subnet <> excluded.subnet
  RETURNING m.device_id AS id, xmax = 0 AS registered`,
);
