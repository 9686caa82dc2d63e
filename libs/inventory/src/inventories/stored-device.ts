import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import type { AccountFields } from './account-fields.js';

/** What one inventory is compared with. Digests are in hexadecimal. */
export interface StoredDevice {
  readonly id: DeviceId;
  readonly agentDeviceId: AgentDeviceId;
  readonly name: string;
  readonly osName: string;
  readonly userId: string;
  readonly ipAddress: string;
  readonly accountFields: AccountFields;
  readonly checksum: number;
  readonly sectionDigests: Readonly<Record<string, string>>;
  readonly softwareDigest: string | null;
  readonly downloadHistory: readonly string[] | null;
}

/** Makes other transactions of the same device wait, in every process, until this one ends. New devices too. */
export async function lockDevice(manager: EntityManager, agentDeviceId: AgentDeviceId): Promise<void> {
  await LOCK_DEVICE.run(manager, [agentDeviceId]);
}

/** Reads what is stored of a device, in one statement; call it after `lockDevice`. */
export async function readDevice(
  manager: EntityManager,
  agentDeviceId: AgentDeviceId,
): Promise<StoredDevice | null> {
  const [row] = await READ_DEVICE.run(manager, [agentDeviceId]);
  return row === undefined ? null : { ...row, checksum: Number(row.checksum) };
}

/** Finds the `device d` of an agent, whose id is $1, in whatever letter case (OCS-PROTOCOL.md §1.4). */
export const OF_AGENT = 'lower(d.agent_device_id) = lower($1)';

/** Keeps these locks apart from other advisory locks of the same database. */
const LOCK_NAMESPACE = 7_215_001;

const LOCK_DEVICE = new PreparedStatement(
  'lock-device',
  `SELECT pg_advisory_xact_lock(hashtextextended(lower($1), ${LOCK_NAMESPACE}))`,
);

const READ_DEVICE = new PreparedStatement<Omit<StoredDevice, 'checksum'> & { checksum: string }>(
  'read-device',
  `
  SELECT d.id, d.agent_device_id AS "agentDeviceId", d.name, d.os_name AS "osName", d.user_id AS "userId",
    d.ip_address AS "ipAddress", d.account_fields AS "accountFields", c.checksum,
    (SELECT coalesce(json_object_agg(s.name, encode(s.digest, 'hex')), '{}')
       FROM section s WHERE s.device_id = d.id) AS "sectionDigests",
    (SELECT encode(w.digest, 'hex') FROM device_software w WHERE w.device_id = d.id) AS "softwareDigest",
    (SELECT h.file_ids FROM download_history h WHERE h.device_id = d.id) AS "downloadHistory"
  FROM device d JOIN device_contact c ON c.device_id = d.id
  WHERE ${OF_AGENT}`,
);
