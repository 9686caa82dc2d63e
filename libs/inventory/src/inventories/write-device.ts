import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import type { AccountFields } from './account-fields.js';

/** The columns by which devices are listed. */
export interface DeviceColumns {
  readonly name: string;
  readonly osName: string;
  readonly userId: string;
  readonly ipAddress: string;
}

export interface InventoryContact {
  readonly at: Date;
  /** From when the time to the next inventory counts. */
  readonly inventoryDate: Date;
  readonly userAgent: string;
  readonly peerAddress: string;
  readonly checksum: number;
}

export interface NewDevice extends DeviceColumns {
  readonly id: DeviceId;
  readonly agentDeviceId: AgentDeviceId;
  readonly accountFields: AccountFields;
}

/** Writes a device that sends its first inventory. */
export async function insertDevice(
  manager: EntityManager,
  device: NewDevice,
  contact: InventoryContact,
): Promise<void> {
  await INSERT_DEVICE.run(manager, [
    device.id,
    device.agentDeviceId,
    device.name,
    device.osName,
    device.userId,
    device.ipAddress,
    JSON.stringify(device.accountFields),
    ...contactParameters(contact),
  ]);
}

/** Writes the listed columns of a known device, which its caller has found to differ. */
export async function updateDevice(
  manager: EntityManager,
  deviceId: DeviceId,
  columns: DeviceColumns,
): Promise<void> {
  const { name, osName, userId, ipAddress } = columns;
  await UPDATE_DEVICE.run(manager, [deviceId, name, osName, userId, ipAddress]);
}

/** Writes down that a known device has sent an inventory. */
export async function recordInventoryContact(
  manager: EntityManager,
  deviceId: DeviceId,
  contact: InventoryContact,
): Promise<void> {
  await RECORD_CONTACT.run(manager, [deviceId, ...contactParameters(contact)]);
}

/** Makes the server's history equal to the agent's (OCS-PROTOCOL.md §4.6). */
export async function writeDownloadHistory(
  manager: EntityManager,
  deviceId: DeviceId,
  fileIds: readonly string[],
): Promise<void> {
  await WRITE_HISTORY.run(manager, [deviceId, fileIds]);
}

function contactParameters(contact: InventoryContact): unknown[] {
  return [contact.at, contact.inventoryDate, contact.userAgent, contact.peerAddress, contact.checksum];
}

const UPDATE_DEVICE = new PreparedStatement(
  'update-device',
  'UPDATE device SET name = $2, os_name = $3, user_id = $4, ip_address = $5 WHERE id = $1',
);

const RECORD_CONTACT = new PreparedStatement(
  'record-inventory-contact',
  `UPDATE device_contact SET last_contact_at = $2, last_inventory_at = $2, inventory_date = $3, user_agent = $4,
     peer_address = $5, checksum = $6 WHERE device_id = $1`,
);

const WRITE_HISTORY = new PreparedStatement(
  'write-download-history',
  `INSERT INTO download_history (device_id, file_ids) VALUES ($1, $2)
   ON CONFLICT (device_id) DO UPDATE SET file_ids = excluded.file_ids`,
);

const INSERT_DEVICE = new PreparedStatement(
  'insert-device',
  `
  WITH registered AS (
    INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz)
  )
  INSERT INTO device_contact
    (device_id, last_contact_at, last_inventory_at, inventory_date, user_agent, peer_address, checksum)
  VALUES ($1, $8::timestamptz, $8::timestamptz, $9, $10, $11, $12)`,
);
