import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { jsonbArray, PreparedStatement, textArray, uuidArray } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import type { AccountFields } from '../account-fields/account-field.js';

/** The columns by which devices are listed. */
export interface DeviceColumns {
  readonly name: string;
  readonly osName: string;
  readonly userId: string;
  readonly ipAddress: string;
}

export interface InventoryContact {
  /** From when the time to the next inventory counts. */
  readonly inventoryDate: Date;
  readonly userAgent: string;
  readonly peerAddress: string;
  readonly checksum: number;
}

export interface WrittenDevice {
  readonly id: DeviceId;
  readonly columns: DeviceColumns;
  readonly contact: InventoryContact;
}

export interface NewDevice extends WrittenDevice {
  readonly agentDeviceId: AgentDeviceId;
  readonly accountFields: AccountFields;
}

/** Writes devices that send their first inventory. */
export async function insertDevices(
  manager: EntityManager,
  devices: readonly NewDevice[],
  at: Date,
): Promise<void> {
  if (devices.length === 0) return;
  await INSERT_DEVICES.run(manager, [
    ...columnParameters(devices),
    textArray(devices.map(({ agentDeviceId }) => agentDeviceId)),
    jsonbArray(devices.map(({ accountFields }) => JSON.stringify(accountFields))),
    ...contactParameters(devices),
    at,
  ]);
}

/** Writes the listed columns of known devices, which its caller has found to differ. */
export async function updateDevices(
  manager: EntityManager,
  devices: readonly Pick<WrittenDevice, 'id' | 'columns'>[],
): Promise<void> {
  if (devices.length > 0) await UPDATE_DEVICES.run(manager, columnParameters(devices));
}

/** Writes down that known devices have sent an inventory. */
export async function recordInventoryContacts(
  manager: EntityManager,
  devices: readonly Pick<WrittenDevice, 'id' | 'contact'>[],
  at: Date,
): Promise<void> {
  if (devices.length === 0) return;
  const ids = uuidArray(devices.map(({ id }) => id));
  await RECORD_CONTACTS.run(manager, [ids, ...contactParameters(devices), at]);
}

function columnParameters(devices: readonly Pick<WrittenDevice, 'id' | 'columns'>[]): Buffer[] {
  return [
    uuidArray(devices.map(({ id }) => id)),
    textArray(devices.map(({ columns }) => columns.name)),
    textArray(devices.map(({ columns }) => columns.osName)),
    textArray(devices.map(({ columns }) => columns.userId)),
    textArray(devices.map(({ columns }) => columns.ipAddress)),
  ];
}

function contactParameters(devices: readonly Pick<WrittenDevice, 'contact'>[]): unknown[] {
  return [
    textArray(devices.map(({ contact }) => contact.inventoryDate.toISOString())),
    textArray(devices.map(({ contact }) => contact.userAgent)),
    textArray(devices.map(({ contact }) => contact.peerAddress)),
    devices.map(({ contact }) => contact.checksum),
  ];
}

const UPDATE_DEVICES = new PreparedStatement(
  'update-devices',
  `UPDATE device d SET name = n.name, os_name = n.os_name, user_id = n.user_id, ip_address = n.ip_address
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
     AS n (id, name, os_name, user_id, ip_address)
   WHERE d.id = n.id`,
);

const RECORD_CONTACTS = new PreparedStatement(
  'record-inventory-contacts',
  `UPDATE device_contact c SET last_contact_at = $6::timestamptz, last_inventory_at = $6::timestamptz,
     inventory_date = n.date, user_agent = n.agent, peer_address = n.address, checksum = n.checksum
   FROM unnest($1::uuid[], $2::text[]::timestamptz[], $3::text[], $4::text[], $5::bigint[])
     AS n (id, date, agent, address, checksum)
   WHERE c.device_id = n.id`,
);

const INSERT_DEVICES = new PreparedStatement(
  'insert-devices',
  `
  WITH registered AS (
    INSERT INTO device (id, name, os_name, user_id, ip_address, agent_device_id, account_fields, registered_at)
    SELECT n.*, $12::timestamptz
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) AS n
  )
  INSERT INTO device_contact
    (device_id, last_contact_at, last_inventory_at, inventory_date, user_agent, peer_address, checksum)
  SELECT n.id, $12::timestamptz, $12::timestamptz, n.date, n.agent, n.address, n.checksum
  FROM unnest($1::uuid[], $8::text[]::timestamptz[], $9::text[], $10::text[], $11::bigint[])
    AS n (id, date, agent, address, checksum)`,
);
