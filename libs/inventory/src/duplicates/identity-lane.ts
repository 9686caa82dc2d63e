import type { AgentDeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';

/** Keeps these locks apart from other advisory locks of the same database; that of a device has one key of 64 bits. */
const LOCK_NAMESPACE = 7_215_001;
const IDENTITY_LANE = 1;

/**
 * Takes the identity lane until the end of the transaction: whoever registers, merges, splits, deletes or restores
 * devices, or changes what they are recognised by, is alone with that. Take it before any lock of a device.
 */
export async function lockIdentities(manager: EntityManager): Promise<void> {
  await LOCK_LANE.run(manager, []);
}

/** Takes the locks of devices, each once, in the order in which everybody takes them. */
export async function lockDevices(manager: EntityManager, agents: readonly AgentDeviceId[]): Promise<void> {
  await LOCK_DEVICES.run(manager, [agents]);
}

const LOCK_LANE = new PreparedStatement(
  'lock-identities',
  `SELECT pg_advisory_xact_lock(${LOCK_NAMESPACE}, ${IDENTITY_LANE})`,
);

const LOCK_DEVICES = new PreparedStatement(
  'lock-identified-devices',
  `SELECT pg_advisory_xact_lock(l.key) FROM (
     SELECT DISTINCT hashtextextended(lower(a.agent), ${LOCK_NAMESPACE}) AS key
     FROM unnest($1::text[]) AS a (agent) ORDER BY 1 OFFSET 0
   ) l`,
);
