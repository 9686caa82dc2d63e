import { Clock } from '@entrepot/kernel';
import type { NotifyRequest, SectionRow } from '@entrepot/ocs-wire';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { canonicalSection, coerceRows, type StoredRow } from '../inventories/canonical-section.js';
import { DeviceTurns } from '../inventories/device-turns.js';
import { factOf } from '../inventories/hardware-facts.js';
import { lockDevice, readDevice } from '../inventories/stored-device.js';
import { writeSections } from '../inventories/write-sections.js';

/** The bits of CHECKSUM that a NOTIFY sets (OCS-PROTOCOL.md §2.7). */
const NETWORKS_BIT = 4096;
const HARDWARE_BIT = 1;

/** Which field of NETWORKS a field of IFACE becomes. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['IP', 'IPADDRESS'],
  ['MASK', 'IPMASK'],
  ['GW', 'IPGATEWAY'],
  ['DHCP', 'IPDHCP'],
  ['SUBNET', 'IPSUBNET'],
]);

/** Takes the new addresses of a machine between two inventories (OCS-PROTOCOL.md §2.7). */
@Injectable()
export class AcceptNotify {
  constructor(
    private readonly database: DataSource,
    private readonly turns: DeviceTurns,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Resolves after the commit. @returns false when the device or the TYPE is unknown, which is logged */
  async execute(request: NotifyRequest): Promise<boolean> {
    const { deviceId, type } = request;
    if (type !== 'IP') {
      this.log.warn({ agentDeviceId: deviceId, type }, 'A NOTIFY of an unknown type is dropped');
      return false;
    }
    const known = await this.turns.take(deviceId, () =>
      this.database.transaction((manager) => this.store(manager, request)),
    );
    if (!known) this.log.warn({ agentDeviceId: deviceId }, 'A NOTIFY of an unknown device is dropped');
    return known;
  }

  private async store(manager: EntityManager, request: NotifyRequest): Promise<boolean> {
    await lockDevice(manager, request.deviceId);
    const device = await readDevice(manager, request.deviceId);
    if (device === null) return false;
    const sections: { readonly rows: StoredRow[] }[] = await manager.query(
      `SELECT rows FROM section WHERE device_id = $1 AND name = 'NETWORKS'`,
      [device.id],
    );
    const before = sections[0]?.rows ?? [];
    const after = canonicalSection('NETWORKS', withNewAddresses(before, request.interfaces));
    const address = factOf({ IPADDR: request.ipAddress }, 'IPADDR');
    if (before.length > 0 && device.sectionDigests.NETWORKS !== after.digest.toString('hex')) {
      await writeSections(manager, device.id, [after], this.clock.now());
    }
    if (address !== '')
      await manager.query('UPDATE device SET ip_address = $2 WHERE id = $1', [device.id, address]);
    await manager.query('UPDATE device_contact SET checksum = checksum | $2 WHERE device_id = $1', [
      device.id,
      NETWORKS_BIT | (address === '' ? 0 : HARDWARE_BIT),
    ]);
    return true;
  }
}

/** The rows of NETWORKS with the addresses of the interfaces that have the same MAC and came with IP and MASK. */
export function withNewAddresses(
  networks: readonly StoredRow[],
  interfaces: readonly SectionRow[],
): StoredRow[] {
  return networks.map((row) => {
    const found = interfaces.find(
      ({ MAC, IP, MASK }) =>
        MAC && IP && MASK && MAC.toLowerCase() === String(row.MACADDR ?? '').toLowerCase(),
    );
    if (found === undefined) return row;
    const renamed: Record<string, string> = {};
    for (const [from, to] of FIELDS) if (found[from] !== undefined) renamed[to] = found[from];
    return { ...row, ...coerceRows('NETWORKS', [renamed])[0] };
  });
}
