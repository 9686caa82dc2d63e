import type { InventoryRequest } from '@entrepot/ocs-wire';
import type { Peer } from '../agents/peer.js';
import {
  accumulateChecksum,
  chooseIpAddress,
  factOf,
  inventoryDate,
  keepRealUser,
} from './hardware-facts.js';
import type { PreparedInventory } from './prepare-inventory.js';
import type { StoredDevice } from './stored-device.js';
import type { DeviceColumns, InventoryContact } from './write-device.js';

/** Everything that one attempt to store an inventory needs. */
export interface InventoryWork {
  readonly request: InventoryRequest;
  readonly prepared: PreparedInventory;
  /** Dictionary numbers of `prepared.software`, at the same places. */
  readonly softwareIds: readonly number[];
  readonly peer: Peer;
  readonly now: Date;
  /** Sections whose rows PostgreSQL has refused. */
  readonly refused: ReadonlySet<string>;
}

const TIMESTAMP_LENGTH = '-YYYY-MM-DD-HH-MM-SS'.length;

/** The columns by which the device is listed; what this inventory does not say stays as it is. */
export function listedColumns(
  { prepared, peer, request }: InventoryWork,
  stored: StoredDevice | null,
): DeviceColumns {
  const { hardware, networks } = prepared;
  const kept = hardware && keepRealUser(hardware, stored?.userId ?? '');
  return {
    name: factOf(hardware, 'NAME') || stored?.name || request.deviceId.slice(0, -TIMESTAMP_LENGTH),
    osName: factOf(hardware, 'OSNAME') || (stored?.osName ?? ''),
    userId: factOf(kept, 'USERID') || (stored?.userId ?? ''),
    ipAddress: chooseIpAddress(networks, hardware, peer.address) || (stored?.ipAddress ?? ''),
  };
}

/** Whether the listed columns have to be written. */
export function differs(columns: DeviceColumns, stored: StoredDevice): boolean {
  return (Object.keys(columns) as (keyof DeviceColumns)[]).some(
    (column) => columns[column] !== stored[column],
  );
}

/** What is written down about the contact itself. */
export function contactOf(work: InventoryWork, storedChecksum: number): InventoryContact {
  return {
    at: work.now,
    inventoryDate: inventoryDate(work.prepared.hardware, work.now),
    userAgent: work.peer.userAgent,
    peerAddress: work.peer.address,
    checksum: accumulateChecksum(work.request.checksum, storedChecksum),
  };
}
