import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

/**
 * What the inventories of an agent have left, and goes with its id when devices are merged or split: tables with a
 * `device_id`. `generated` is a column that PostgreSQL numbers. Another table of that kind is another line here.
 */
const CONTENT_TABLES: readonly { readonly table: string; readonly generated?: string }[] = [
  { table: 'device_contact' },
  { table: 'device_identity' },
  { table: 'section' },
  { table: 'device_software' },
  { table: 'device_document' },
  { table: 'download_history' },
  { table: 'journal_entry', generated: 'id' },
  { table: 'network_member' },
  { table: 'network_interface' },
];

/** Columns of the device itself that inventories write. */
const LISTED_COLUMNS = ['name', 'os_name', 'user_id', 'ip_address'];

/** A device of which nothing is taken but its place. */
interface Holder {
  readonly id: DeviceId;
  readonly agentDeviceId: AgentDeviceId;
}

/**
 * Exchanges the contents and the agents of two devices. Neither row is copied, whatever its size: they are given to the
 * other device, by way of one that exists for that time only. What devices are found by is for the caller to see to.
 */
export async function swapContents(manager: EntityManager, one: Holder, other: Holder): Promise<void> {
  const aside = uuidv7() as DeviceId;
  await lockRows(manager, [one.id, other.id]);
  await manager.query(PUT_ASIDE, [one.id, aside]);
  await moveContents(manager, one.id, aside);
  await manager.query(CHANGE_AGENT, [one.id, placeholder()]);
  await moveContents(manager, other.id, one.id);
  await manager.query(TAKE_LISTED, [one.id, other.id]);
  await manager.query(CHANGE_AGENT, [other.id, placeholder()]);
  await manager.query(CHANGE_AGENT, [one.id, other.agentDeviceId]);
  await moveContents(manager, aside, other.id);
  await manager.query(TAKE_LISTED, [other.id, aside]);
  await manager.query(CHANGE_AGENT, [other.id, one.agentDeviceId]);
  await manager.query('DELETE FROM device WHERE id = $1', [aside]);
}

/**
 * Lets a new agent go on with a device: what it has of its present agent is copied to a new device, which is part of
 * it from now on and has that agent.
 */
export async function handOver(
  manager: EntityManager,
  device: Holder,
  to: AgentDeviceId,
  formerId: DeviceId,
  at: Date,
): Promise<void> {
  await manager.query(CHANGE_AGENT, [device.id, to]);
  await manager.query(COPY_DEVICE, [device.id, formerId, device.agentDeviceId, at]);
  for (const { table, generated } of CONTENT_TABLES) {
    await manager.query(copyStatement(table, generated), [device.id, formerId]);
  }
}

// In the order in which others lock the rows of many devices.
async function lockRows(manager: EntityManager, ids: readonly DeviceId[]): Promise<void> {
  await manager.query('SELECT 1 FROM device WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
  await manager.query(
    'SELECT 1 FROM device_contact WHERE device_id = ANY($1::uuid[]) ORDER BY device_id FOR UPDATE',
    [ids],
  );
}

async function moveContents(manager: EntityManager, from: DeviceId, to: DeviceId): Promise<void> {
  await manager.query(MOVE_CONTENTS, [from, to]);
}

/** Agents are unique, also for the moment in which two are exchanged. */
function placeholder(): string {
  return `-${uuidv7()}`;
}

const MOVE_CONTENTS = `WITH ${CONTENT_TABLES.map(
  ({ table }) => `${table}_moved AS (UPDATE ${table} SET device_id = $2::uuid WHERE device_id = $1::uuid)`,
).join(', ')} SELECT 1`;

const LISTED = LISTED_COLUMNS.join(', ');

const PUT_ASIDE = `
  INSERT INTO device (id, agent_device_id, ${LISTED}, account_fields, registered_at, state, merged_into)
  SELECT $2::uuid, '-' || $2::text, ${LISTED}, account_fields, registered_at, 'merged', id FROM device WHERE id = $1`;

const TAKE_LISTED = `
  UPDATE device t SET ${LISTED_COLUMNS.map((column) => `${column} = g.${column}`).join(', ')}
  FROM device g WHERE t.id = $1 AND g.id = $2`;

const CHANGE_AGENT = 'UPDATE device SET agent_device_id = $2 WHERE id = $1';

const COPY_DEVICE = `
  INSERT INTO device (id, agent_device_id, ${LISTED}, account_fields, registered_at, state, state_changed_at, merged_into)
  SELECT $2::uuid, $3, ${LISTED}, account_fields, $4::timestamptz, 'merged', $4::timestamptz, id
  FROM device WHERE id = $1`;

function copyStatement(table: string, generated: string | undefined): string {
  const number =
    generated === undefined
      ? ''
      : `, '${generated}', nextval(pg_get_serial_sequence('inventory.${table}', '${generated}'))`;
  return `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
    SELECT copy.* FROM ${table} t
    CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('device_id', $2::uuid${number})) AS copy
    WHERE t.device_id = $1`;
}
