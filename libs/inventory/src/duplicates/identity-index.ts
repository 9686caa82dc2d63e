import type { DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { identityDigest, type IdentityFacts } from './identity-facts.js';
import { identityKeys } from './identity-keys.js';

/** What a device is recognised by. */
export interface DeviceFacts {
  readonly deviceId: DeviceId;
  readonly facts: IdentityFacts;
}

/** Devices by the keys that were asked for; of a key that many have only some. */
export type KeyHolders = ReadonlyMap<string, readonly DeviceId[]>;

/**
 * Finds who has keys.
 * @param limit most devices that are answered for a key
 */
export async function holdersOf(
  manager: EntityManager,
  keys: readonly string[],
  limit: number,
): Promise<KeyHolders> {
  const holders = new Map<string, DeviceId[]>();
  if (keys.length === 0) return holders;
  const rows: { readonly key: string; readonly deviceId: DeviceId }[] = await manager.query(HOLDERS, [
    [...new Set(keys)],
    limit,
  ]);
  for (const { key, deviceId } of rows) {
    const known = holders.get(key);
    if (known === undefined) holders.set(key, [deviceId]);
    else known.push(deviceId);
  }
  return holders;
}

/** Writes down what new devices are recognised by, and makes them found by it. */
export async function addIdentities(manager: EntityManager, devices: readonly DeviceFacts[]): Promise<void> {
  if (devices.length === 0) return;
  await manager.query(ADD_IDENTITIES, [
    devices.map(({ deviceId }) => deviceId),
    devices.map(({ facts }) => identityDigest(facts)),
    devices.map(({ facts }) => JSON.stringify(facts)),
    ...keyColumns(devices),
  ]);
}

/** Writes down what a known device is recognised by from now on, and makes it found by that alone. */
export async function changeIdentities(
  manager: EntityManager,
  devices: readonly DeviceFacts[],
): Promise<void> {
  if (devices.length === 0) return;
  await removeKeys(
    manager,
    devices.map(({ deviceId }) => deviceId),
  );
  await addIdentities(manager, devices);
}

/** Makes devices found by what is written down of them. */
export async function addKeys(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<void> {
  const [keys, holders] = keyColumns(await factsOf(manager, deviceIds));
  if (keys.length > 0) await manager.query(ADD_KEYS, [keys, holders]);
}

/** Has the next inventories of devices looked at for others that may be the same, though nothing changes. */
export async function askAnew(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<void> {
  await manager.query(`UPDATE device_identity SET digest = '' WHERE device_id = ANY($1::uuid[])`, [
    deviceIds,
  ]);
}

/** Makes devices not found any more, by anything. */
export async function removeKeys(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<void> {
  const [keys, holders] = keyColumns(await factsOf(manager, deviceIds));
  if (keys.length > 0) await manager.query(REMOVE_KEYS, [keys, holders]);
}

function factsOf(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<DeviceFacts[]> {
  return manager.query(
    'SELECT device_id AS "deviceId", facts FROM device_identity WHERE device_id = ANY($1::uuid[])',
    [deviceIds],
  );
}

function keyColumns(devices: readonly DeviceFacts[]): [keys: string[], holders: DeviceId[]] {
  const keys: string[] = [];
  const holders: DeviceId[] = [];
  for (const { deviceId, facts } of devices) {
    for (const key of new Set(identityKeys(facts))) {
      keys.push(key);
      holders.push(deviceId);
    }
  }
  return [keys, holders];
}

// In the order of the index, so that nothing but the index will do for it.
const HOLDERS = `
  SELECT k.key, f.device_id AS "deviceId" FROM unnest($1::text[]) AS k (key)
  CROSS JOIN LATERAL (
    SELECT i.device_id FROM device_identity_key i WHERE i.key = k.key ORDER BY i.device_id LIMIT $2
  ) f`;

const ADD_IDENTITIES = `
  WITH identities AS (
    INSERT INTO device_identity (device_id, digest, facts)
    SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::jsonb[])
    ON CONFLICT (device_id) DO UPDATE SET digest = excluded.digest, facts = excluded.facts
  )
  INSERT INTO device_identity_key (key, device_id)
  SELECT * FROM unnest($4::text[], $5::uuid[]) ON CONFLICT DO NOTHING`;

const ADD_KEYS = `
  INSERT INTO device_identity_key (key, device_id)
  SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING`;

const REMOVE_KEYS = `
  DELETE FROM device_identity_key k USING unnest($1::text[], $2::uuid[]) AS g (key, device_id)
  WHERE k.key = g.key AND k.device_id = g.device_id`;
