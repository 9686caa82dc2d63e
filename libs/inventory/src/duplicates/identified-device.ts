import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import type { IdentityFacts } from './identity-facts.js';

export type DeviceState = 'active' | 'archived' | 'deleted' | 'merged';

/** A device as far as recognising and merging it goes. */
export interface IdentifiedDevice {
  readonly id: DeviceId;
  readonly agentDeviceId: AgentDeviceId;
  readonly name: string;
  readonly state: DeviceState;
  /** The device that it is part of; null unless its state is `merged`. */
  readonly mergedInto: DeviceId | null;
  readonly registeredAt: Date;
  readonly stateChangedAt: Date;
  readonly lastInventoryAt: Date;
  /** Null while it has not sent any since Entrepot recognises devices. */
  readonly facts: IdentityFacts | null;
}

/** Finds the devices of agents, in the same order; null for an agent that has none. */
export async function devicesOfAgents(
  manager: EntityManager,
  agents: readonly AgentDeviceId[],
): Promise<(IdentifiedDevice | null)[]> {
  const found = await OF_AGENTS.run(manager, [agents]);
  const devices: (IdentifiedDevice | null)[] = agents.map(() => null);
  for (const { place, ...device } of found) devices[Number(place) - 1] = device;
  return devices;
}

/** Reads devices by their ids, in no particular order. */
export async function devicesById(
  manager: EntityManager,
  ids: readonly DeviceId[],
): Promise<IdentifiedDevice[]> {
  if (ids.length === 0) return [];
  return manager.query(`SELECT ${COLUMNS} ${FROM_DEVICE} WHERE d.id = ANY($1::uuid[])`, [ids]);
}

/** Reads the given devices, whatever was merged into them, and what they were merged into. */
export async function familiesOf(
  manager: EntityManager,
  ids: readonly DeviceId[],
): Promise<IdentifiedDevice[]> {
  if (ids.length === 0) return [];
  return manager.query(FAMILIES, [ids]);
}

/** The device that stands for the given one: itself, or the one that it was merged into, however often. */
export function rootOf(
  device: IdentifiedDevice,
  family: ReadonlyMap<DeviceId, IdentifiedDevice>,
): IdentifiedDevice {
  let root = device;
  while (root.mergedInto !== null) {
    const into = family.get(root.mergedInto);
    if (into === undefined) return root;
    root = into;
  }
  return root;
}

const COLUMNS = `d.id, d.agent_device_id AS "agentDeviceId", d.name, d.state, d.merged_into AS "mergedInto",
  d.registered_at AS "registeredAt", d.state_changed_at AS "stateChangedAt",
  c.last_inventory_at AS "lastInventoryAt", i.facts`;

const FROM_DEVICE = `FROM device d JOIN device_contact c ON c.device_id = d.id
  LEFT JOIN device_identity i ON i.device_id = d.id`;

// One look-up in the index for each agent, whatever the planner knows of the tables.
const OF_AGENTS = new PreparedStatement<IdentifiedDevice & { readonly place: string }>(
  'devices-of-agents',
  `SELECT a.place, f.* FROM unnest($1::text[]) WITH ORDINALITY AS a (agent, place)
   CROSS JOIN LATERAL (
     SELECT ${COLUMNS} ${FROM_DEVICE} WHERE lower(d.agent_device_id) = lower(a.agent) LIMIT 1
   ) f`,
);

const FAMILIES = `
  WITH RECURSIVE up AS (
    SELECT id, merged_into FROM device WHERE id = ANY($1::uuid[])
    UNION
    SELECT p.id, p.merged_into FROM up JOIN device p ON p.id = up.merged_into
  ), down AS (
    SELECT id FROM up
    UNION
    SELECT m.id FROM down JOIN device m ON m.merged_into = down.id
  )
  SELECT ${COLUMNS} ${FROM_DEVICE} WHERE d.id IN (SELECT id FROM down)`;
