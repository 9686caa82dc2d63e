import { inventoryAccepted } from '@entrepot/contracts';
import { Clock, type DeviceId } from '@entrepot/kernel';
import type { NotifyRequest, SectionRow } from '@entrepot/ocs-wire';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lockDevices } from '../duplicates/identity-lane.js';
import { noticeDevices } from '../groups/device-change.js';
import {
  canonicalSection,
  coerceRows,
  comparedRows,
  type StoredRow,
} from '../inventories/canonical-section.js';
import { DeviceTurns } from '../inventories/device-turns.js';
import { factOf } from '../inventories/hardware-facts.js';
import { recordChanges } from '../inventories/record-changes.js';
import { changeOf, isChange, toldChanges } from '../inventories/section-change.js';
import { deviceOfAgent, type AgentsDevice } from '../inventories/stored-device.js';
import { readSections, writeSections } from '../inventories/write-sections.js';
import { FieldValueDictionary } from '../search/field-value-dictionary.js';

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
    private readonly outbox: Outbox,
    private readonly turns: DeviceTurns,
    private readonly values: FieldValueDictionary,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Resolves after the commit. What comes from an unknown device, or is of an unknown TYPE, is logged and dropped.
   * @returns whose it was; null when it was dropped
   */
  async execute(request: NotifyRequest): Promise<DeviceId | null> {
    const { deviceId, type } = request;
    if (type !== 'IP') {
      this.log.warn({ agentDeviceId: deviceId, type }, 'A NOTIFY of an unknown type is dropped');
      return null;
    }
    await this.values.learn([{ name: 'NETWORKS', rows: request.interfaces.map(addressesOf) }]);
    return this.turns.take(deviceId, () => this.outbox.transaction((tx) => this.store(tx, request)));
  }

  private async store(tx: Transaction, request: NotifyRequest): Promise<DeviceId | null> {
    const found = await deviceOfAgent(tx.manager, request.deviceId);
    // The agent of a device that was merged by hand stands for another one, whose inventories have another lock.
    await lockDevices(tx.manager, [request.deviceId, found?.agentDeviceId ?? request.deviceId]);
    const device = found && (await deviceOfAgent(tx.manager, request.deviceId));
    if (device === null) {
      this.log.warn({ agentDeviceId: request.deviceId }, 'A NOTIFY of an unknown device is dropped');
      return null;
    }
    await this.storeNetworks(tx, device, request.interfaces);
    const address = factOf({ IPADDR: request.ipAddress }, 'IPADDR');
    if (await storeAddress(tx.manager, device.id, address)) noticeDevices(tx, [device.id], { device: true });
    return device.id;
  }

  private async storeNetworks(
    tx: Transaction,
    device: AgentsDevice,
    sent: readonly SectionRow[],
  ): Promise<void> {
    const { id: deviceId, agentDeviceId, name } = device;
    const [section] = await readSections(tx.manager, [{ deviceId, name: 'NETWORKS' }]);
    const before = section?.rows ?? [];
    const after = canonicalSection('NETWORKS', withNewAddresses(before, sent));
    const changes = [changeOf('NETWORKS', comparedRows('NETWORKS', before), after.compared)];
    if (changes.every((change) => !isChange(change))) return;
    const now = this.clock.now();
    await writeSections(tx.manager, [{ deviceId, ...after }], now);
    await recordChanges(tx.manager, [{ deviceId, changes }], now);
    const facts = {
      deviceId,
      agentDeviceId,
      name,
      at: now.toISOString(),
      changedSections: ['NETWORKS'],
      changes: toldChanges(changes),
    };
    tx.publish(inventoryAccepted, facts, deviceId);
  }
}

/** @returns whether it is another address than before */
async function storeAddress(manager: EntityManager, deviceId: DeviceId, address: string): Promise<boolean> {
  await manager.query('UPDATE device_contact SET checksum = checksum | $2 WHERE device_id = $1', [
    deviceId,
    NETWORKS_BIT | (address === '' ? 0 : HARDWARE_BIT),
  ]);
  if (address === '') return false;
  const [, moved]: [unknown[], number] = await manager.query(
    'UPDATE device SET ip_address = $2 WHERE id = $1 AND ip_address <> $2',
    [deviceId, address],
  );
  return moved > 0;
}

/** The rows of NETWORKS with the addresses of the interfaces that have the same MAC and came with IP and MASK. */
export function withNewAddresses(
  networks: readonly StoredRow[],
  interfaces: readonly SectionRow[],
): StoredRow[] {
  // By MAC because there may be tens of thousands of rows and a thousand interfaces.
  const addresses = new Map<string, StoredRow>();
  for (const sent of interfaces) {
    const mac = sent.MAC?.toLowerCase();
    if (mac && sent.IP && sent.MASK && !addresses.has(mac)) addresses.set(mac, addressesOf(sent));
  }
  return networks.map((row) => ({ ...row, ...addresses.get(String(row.MACADDR ?? '').toLowerCase()) }));
}

function addressesOf(sent: SectionRow): StoredRow {
  const renamed: Record<string, string> = {};
  for (const [from, to] of FIELDS) if (sent[from] !== undefined) renamed[to] = sent[from];
  return coerceRows('NETWORKS', [renamed])[0] ?? {};
}
