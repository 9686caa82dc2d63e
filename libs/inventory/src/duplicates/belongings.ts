import type { DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import type { EntityManager } from 'typeorm';
import { lockGroup, type Group, type MemberOrigin } from '../groups/group.js';
import { publishMemberships } from '../groups/publish-memberships.js';

/** A membership that the survivor was given. */
export interface MovedMembership {
  readonly groupId: string;
  readonly origin: MemberOrigin;
  /** What it was before; null when the device had nothing to do with the group. */
  readonly before: MemberOrigin | null;
}

/** What a merge has given the survivor of the absorbed device's own. */
export interface MovedBelongings {
  /** Keys of settings. */
  readonly settings: readonly string[];
  readonly memberships: readonly MovedMembership[];
  /** File ids of reported results. */
  readonly results: readonly string[];
  /** Assignments whose deliveries are known here. */
  readonly deliveries: readonly string[];
}

export const NOTHING_MOVED: MovedBelongings = { settings: [], memberships: [], results: [], deliveries: [] };

/** A device by its id and the name that it has at this time. */
export interface NamedDevice {
  readonly id: DeviceId;
  readonly name: string;
}

/** Tables whose rows follow the survivor, each once, by what tells a device's rows apart. */
const FOLLOWING = [
  { name: 'results', table: 'download_result', column: 'file_id' },
  { name: 'deliveries', table: 'device_delivery', column: 'assignment_id' },
] as const;

/**
 * Gives the survivor what the absorbed device has of its own and the survivor has not: settings, memberships by hand,
 * reported results and deliveries. The absorbed one leaves its groups.
 */
export async function moveBelongings(
  tx: Transaction,
  survivor: NamedDevice,
  absorbed: NamedDevice,
): Promise<MovedBelongings> {
  const ids = [absorbed.id, survivor.id];
  const settings = await column<string>(tx.manager, ADD_SETTINGS, ids);
  const memberships = await moveMemberships(tx, survivor, absorbed);
  const followed = { results: [] as string[], deliveries: [] as string[] };
  for (const { name, table, column: key } of FOLLOWING) {
    followed[name] = await column<string>(tx.manager, follow(table, key), ids);
  }
  return { settings, memberships, ...followed };
}

/** Takes back what a merge gave the survivor, but for what somebody has changed since. */
export async function returnBelongings(
  tx: Transaction,
  survivor: NamedDevice,
  absorbed: NamedDevice,
  moved: MovedBelongings,
): Promise<void> {
  await tx.manager.query(TAKE_SETTINGS, [survivor.id, absorbed.id, moved.settings]);
  for (const { name, table, column: key } of FOLLOWING) {
    await tx.manager.query(giveBack(table, key), [survivor.id, absorbed.id, moved[name]]);
  }
  await returnMemberships(tx, survivor, absorbed, moved.memberships);
}

async function moveMemberships(
  tx: Transaction,
  survivor: NamedDevice,
  absorbed: NamedDevice,
): Promise<MovedMembership[]> {
  const moved: MovedMembership[] = [];
  for (const { group, origins } of await lockedGroups(tx, [survivor.id, absorbed.id])) {
    const own = origins.get(absorbed.id);
    const before = origins.get(survivor.id) ?? null;
    if (own === undefined) continue;
    if (own === 'matched') await setOrigin(tx, group, absorbed.id, null);
    const changes = isMember(own) ? [{ deviceId: absorbed.id, name: absorbed.name, member: false }] : [];
    if (own !== 'matched' && (before === null || before === 'matched')) {
      await setOrigin(tx, group, survivor.id, own);
      moved.push({ groupId: group.id, origin: own, before });
      if (isMember(own) !== isMember(before)) {
        changes.push({ deviceId: survivor.id, name: survivor.name, member: isMember(own) });
      }
    }
    await publishMemberships(tx, group, changes);
  }
  return moved;
}

async function returnMemberships(
  tx: Transaction,
  survivor: NamedDevice,
  absorbed: NamedDevice,
  moved: readonly MovedMembership[],
): Promise<void> {
  for (const { group, origins } of await lockedGroups(tx, [survivor.id, absorbed.id])) {
    const changes = [];
    const given = moved.find(({ groupId }) => groupId === group.id);
    if (given !== undefined && origins.get(survivor.id) === given.origin) {
      await setOrigin(tx, group, survivor.id, given.before);
      if (isMember(given.origin) !== isMember(given.before)) {
        changes.push({ deviceId: survivor.id, name: survivor.name, member: isMember(given.before) });
      }
    }
    if (isMember(origins.get(absorbed.id) ?? null)) {
      changes.push({ deviceId: absorbed.id, name: absorbed.name, member: true });
    }
    await publishMemberships(tx, group, changes);
  }
}

interface LockedGroup {
  readonly group: Group;
  readonly origins: ReadonlyMap<DeviceId, MemberOrigin>;
}

/** The groups that devices have to do with, each locked, in the order of their ids. */
async function lockedGroups(tx: Transaction, ids: readonly DeviceId[]): Promise<LockedGroup[]> {
  const groupIds = await column<string>(
    tx.manager,
    'SELECT DISTINCT group_id FROM group_member WHERE device_id IN ($1, $2) ORDER BY group_id',
    ids,
  );
  const groups: LockedGroup[] = [];
  for (const groupId of groupIds) {
    const group = await lockGroup(tx.manager, groupId);
    if (group === null) continue;
    const rows: { readonly id: DeviceId; readonly origin: MemberOrigin }[] = await tx.manager.query(
      'SELECT device_id AS id, origin FROM group_member WHERE group_id = $1 AND device_id = ANY($2::uuid[])',
      [groupId, ids],
    );
    groups.push({ group, origins: new Map(rows.map(({ id, origin }) => [id, origin])) });
  }
  return groups;
}

async function setOrigin(
  tx: Transaction,
  group: Group,
  deviceId: DeviceId,
  origin: MemberOrigin | null,
): Promise<void> {
  if (origin === null) {
    await tx.manager.query('DELETE FROM group_member WHERE group_id = $1 AND device_id = $2', [
      group.id,
      deviceId,
    ]);
    return;
  }
  await tx.manager.query(
    `INSERT INTO group_member (group_id, device_id, origin, since) VALUES ($1, $2, $3, $4)
     ON CONFLICT (group_id, device_id) DO UPDATE SET origin = excluded.origin, since = excluded.since`,
    [group.id, deviceId, origin, group.now],
  );
}

function isMember(origin: MemberOrigin | null): boolean {
  return origin === 'matched' || origin === 'included';
}

async function column<Value>(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[],
): Promise<Value[]> {
  const answer: unknown = await manager.query(sql, [...parameters]);
  // For an UPDATE, TypeORM answers the rows and their number.
  const rows = (Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer) as object[];
  return rows.map((row) => Object.values(row)[0] as Value);
}

const ADD_SETTINGS = `
  INSERT INTO device_setting (device_id, key, value, changed_at)
  SELECT $2::uuid, key, value, changed_at FROM device_setting WHERE device_id = $1
  ON CONFLICT (device_id, key) DO NOTHING RETURNING key`;

const TAKE_SETTINGS = `
  DELETE FROM device_setting s USING device_setting own
  WHERE s.device_id = $1 AND own.device_id = $2 AND own.key = s.key AND own.value = s.value AND s.key = ANY($3::text[])`;

function follow(table: string, key: string): string {
  return `UPDATE ${table} t SET device_id = $2
    WHERE t.device_id = $1 AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.device_id = $2 AND o.${key} = t.${key})
    RETURNING t.${key}`;
}

function giveBack(table: string, key: string): string {
  return `UPDATE ${table} t SET device_id = $2
    WHERE t.device_id = $1 AND t.${key}::text = ANY($3::text[])
      AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.device_id = $2 AND o.${key} = t.${key})`;
}
