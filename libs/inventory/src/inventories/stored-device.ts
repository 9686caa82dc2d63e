import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { PreparedStatement, textArray, uuidArray } from '@entrepot/platform-database';
import type { DataSource, EntityManager } from 'typeorm';
import type { AccountFields } from '../account-fields/account-field.js';

export type DeviceState = 'active' | 'archived' | 'deleted' | 'merged';

/** What is known of an agent before anything is locked, to decide what has to be done. */
export interface KnownDevice {
  readonly id: DeviceId;
  readonly state: DeviceState;
  /** SHA-256 of its software as sent; null when that was not kept. */
  readonly sentSoftware: Buffer | null;
  /** Of what it is recognised by. */
  readonly identity: Buffer | null;
}

/** What one inventory is compared with. */
export interface StoredDevice extends KnownDevice {
  readonly agentDeviceId: AgentDeviceId;
  /** Whether the device still belongs to the agent that asks. */
  readonly isAgents: boolean;
  readonly name: string;
  readonly osName: string;
  readonly userId: string;
  readonly ipAddress: string;
  readonly accountFields: AccountFields;
  readonly checksum: number;
  /** In hexadecimal, by section. */
  readonly sectionDigests: Readonly<Record<string, string>>;
  readonly softwareDigest: Buffer | null;
  readonly downloadHistory: readonly string[] | null;
}

/** The device that an agent stands for. */
export interface AgentsDevice {
  readonly id: DeviceId;
  /** Of the device's own agent. */
  readonly agentDeviceId: AgentDeviceId;
  readonly name: string;
}

/** Reads what decides how inventories are stored, at the places of their agents; null for unknown ones. */
export async function findDevices(
  database: DataSource,
  agents: readonly AgentDeviceId[],
): Promise<(KnownDevice | null)[]> {
  const found: (KnownDevice | null)[] = agents.map(() => null);
  for (const { place, ...device } of await FIND_DEVICES.run(database, [textArray(agents)]))
    found[Number(place) - 1] = device;
  return found;
}

/** Reads what is stored of devices, in one statement, at their places; call it after `lockDevices`. */
export async function readDevices(
  manager: EntityManager,
  asked: readonly { readonly deviceId: DeviceId; readonly agentDeviceId: AgentDeviceId }[],
): Promise<(StoredDevice | null)[]> {
  const read: (StoredDevice | null)[] = asked.map(() => null);
  const rows = await READ_DEVICES.run(manager, [
    uuidArray(asked.map(({ deviceId }) => deviceId)),
    textArray(asked.map(({ agentDeviceId }) => agentDeviceId)),
  ]);
  for (const { place, checksum, ...device } of rows)
    read[Number(place) - 1] = { ...device, checksum: Number(checksum) };
  return read;
}

/** Finds the device that an agent stands for, deleted ones left out; null when there is none. */
export async function deviceOfAgent(
  manager: EntityManager,
  agentDeviceId: AgentDeviceId,
): Promise<AgentsDevice | null> {
  const [device] = await DEVICE_OF_AGENT.run(manager, [agentDeviceId]);
  return device ?? null;
}

// An agent's id counts in whatever letter case (OCS-PROTOCOL.md §1.4). Who was merged by hand is the device that it was
// merged into. Who was merged by itself still is its own, since its call shows that the machine lives; its next
// inventory undoes the merge.
const DEVICE_OF_AGENT = new PreparedStatement<AgentsDevice>(
  'device-of-agent',
  `
  SELECT t.id, t.agent_device_id AS "agentDeviceId", t.name
  FROM device d
  LEFT JOIN device_merge m ON m.absorbed_id = d.id AND m.undone_at IS NULL AND m.cause = 'manual' AND d.state = 'merged'
  JOIN device t ON t.id = CASE WHEN m.id IS NULL THEN d.id ELSE d.merged_into END
  WHERE lower(d.agent_device_id) = lower($1) AND d.state <> 'deleted' AND t.state <> 'deleted'`,
);

// Arrays behind a SELECT, or a plan for their very length would be made anew each time; LIMIT, or that plan might read
// whole tables, which were small when it was made.
const FIND_DEVICES = new PreparedStatement<KnownDevice & { readonly place: string }>(
  'find-devices',
  `
  SELECT a.place, d.id, d.state,
    (SELECT w.sent_digest FROM device_software w WHERE w.device_id = d.id) AS "sentSoftware",
    (SELECT i.digest FROM device_identity i WHERE i.device_id = d.id) AS identity
  FROM unnest((SELECT $1::text[])) WITH ORDINALITY AS a (agent, place)
  CROSS JOIN LATERAL (
    SELECT o.id, o.state FROM device o WHERE lower(o.agent_device_id) = lower(a.agent) LIMIT 1
  ) d`,
);

const READ_DEVICES = new PreparedStatement<
  Omit<StoredDevice, 'checksum'> & { readonly checksum: string; readonly place: string }
>(
  'read-devices',
  `
  SELECT a.place, d.id, d.state, d.agent_device_id AS "agentDeviceId",
    lower(d.agent_device_id) = lower(a.agent) AS "isAgents", d.name, d.os_name AS "osName", d.user_id AS "userId",
    d.ip_address AS "ipAddress", d.account_fields AS "accountFields",
    (SELECT c.checksum FROM device_contact c WHERE c.device_id = a.id) AS checksum,
    (SELECT coalesce(json_object_agg(s.name, encode(s.digest, 'hex')), '{}')
       FROM section s WHERE s.device_id = a.id) AS "sectionDigests",
    w.digest AS "softwareDigest", w.sent_digest AS "sentSoftware",
    (SELECT i.digest FROM device_identity i WHERE i.device_id = a.id) AS identity,
    (SELECT h.file_ids FROM download_history h WHERE h.device_id = a.id) AS "downloadHistory"
  FROM unnest((SELECT $1::uuid[]), (SELECT $2::text[])) WITH ORDINALITY AS a (id, agent, place)
  CROSS JOIN LATERAL (SELECT * FROM device o WHERE o.id = a.id LIMIT 1) d
  LEFT JOIN LATERAL (
    SELECT o.digest, o.sent_digest FROM device_software o WHERE o.device_id = a.id LIMIT 1
  ) w ON true`,
);
