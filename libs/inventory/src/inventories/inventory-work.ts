import type { DeviceId } from '@entrepot/kernel';
import type { AccountValue, InventoryRequest } from '@entrepot/ocs-wire';
import type { Peer } from '../agents/peer.js';
import {
  accumulateChecksum,
  chooseIpAddress,
  factOf,
  inventoryDate,
  keepRealUser,
} from './hardware-facts.js';
import type { PreparedInventory } from './prepare-inventory.js';
import type { SoftwareList } from './software-list.js';
import type { StoredDevice } from './stored-device.js';
import type { DeviceColumns, InventoryContact } from './write-devices.js';

/** An inventory as it was received, packed; what an agent sends clear is packed by us. */
export interface InventoryDocument {
  readonly encoding: 'zlib' | 'gzip';
  readonly body: Buffer;
}

/** Everything that is needed to store an inventory. */
export interface InventoryWork {
  readonly request: InventoryRequest;
  readonly prepared: PreparedInventory;
  readonly peer: Peer;
  readonly document: InventoryDocument;
  /** Sections whose rows PostgreSQL has refused. */
  readonly refused: ReadonlySet<string>;
}

/** What is known of the software of an inventory when it is stored. */
export interface ReadyWork extends InventoryWork {
  /** Null when no software was sent, or when it is the very same as stored. */
  readonly software: SoftwareList | null;
}

/** What came of an inventory. */
export interface AcceptedInventory {
  readonly deviceId: DeviceId;
  readonly registered: boolean;
  readonly changedSections: readonly string[];
  /** All account fields, when the agent has to be told (OCS-PROTOCOL.md §3.6); else null. */
  readonly accountUpdate: readonly AccountValue[] | null;
}

const TIMESTAMP_LENGTH = '-YYYY-MM-DD-HH-MM-SS'.length;

/** SHA-256 of the software as sent; null when it was read with the whole document, or none was sent. */
export function sentDigestOf({ prepared: { software } }: InventoryWork): Buffer | null {
  return software !== null && 'digest' in software ? software.digest : null;
}

/** Whether the software is, byte for byte, what was stored last. */
export function hasSameSoftware(work: InventoryWork, sentSoftware: Buffer | null): boolean {
  const digest = sentDigestOf(work);
  return digest !== null && sentSoftware !== null && digest.equals(sentSoftware);
}

/** The work with the last real user in HARDWARE when only the system is logged in (OCS-PROTOCOL.md §3.5). */
export function withRealUser<Work extends InventoryWork>(work: Work, stored: StoredDevice | null): Work {
  const { hardware } = work.prepared;
  if (hardware === undefined || stored === null) return work;
  const kept = keepRealUser(hardware, stored.userId);
  return kept === hardware ? work : { ...work, prepared: { ...work.prepared, hardware: kept } };
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
export function contactOf(work: InventoryWork, storedChecksum: number, now: Date): InventoryContact {
  return {
    inventoryDate: inventoryDate(work.prepared.hardware, now),
    userAgent: work.peer.userAgent,
    peerAddress: work.peer.address,
    checksum: accumulateChecksum(work.request.checksum, storedChecksum),
  };
}
