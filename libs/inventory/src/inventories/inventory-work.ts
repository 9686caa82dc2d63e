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
import type { PackedSoftware } from './software-list.js';
import type { StoredDevice } from './stored-device.js';
import type { DeviceColumns, InventoryContact } from './write-device.js';

/** Everything that one attempt to store an inventory needs. */
export interface InventoryWork {
  readonly request: InventoryRequest;
  readonly prepared: PreparedInventory;
  /** Null when no software was sent. */
  readonly software: PackedSoftware | null;
  readonly peer: Peer;
  readonly now: Date;
  /** Sections whose rows PostgreSQL has refused. */
  readonly refused: ReadonlySet<string>;
}

const TIMESTAMP_LENGTH = '-YYYY-MM-DD-HH-MM-SS'.length;

/** The work with the last real user in HARDWARE when only the system is logged in (OCS-PROTOCOL.md §3.5). */
export function withRealUser(work: InventoryWork, stored: StoredDevice | null): InventoryWork {
  const { hardware } = work.prepared;
  if (hardware === undefined || stored === null) return work;
  return { ...work, prepared: { ...work.prepared, hardware: keepRealUser(hardware, stored.userId) } };
}

/** The columns by which the device is listed; call it after `withRealUser`. What this inventory does not say stays as it is. */
export function listedColumns(
  { prepared, peer, request }: InventoryWork,
  stored: StoredDevice | null,
): DeviceColumns {
  const { hardware, networks } = prepared;
  return {
    name: factOf(hardware, 'NAME') || stored?.name || request.deviceId.slice(0, -TIMESTAMP_LENGTH),
    osName: factOf(hardware, 'OSNAME') || (stored?.osName ?? ''),
    userId: factOf(hardware, 'USERID') || (stored?.userId ?? ''),
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
