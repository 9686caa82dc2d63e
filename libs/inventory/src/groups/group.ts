import { AppError } from '@entrepot/kernel';
import { uuidOf } from '@entrepot/platform-http';
import type { DataSource, EntityManager } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import type { Criteria } from '../search/criteria.js';

/** The parameter of a path. */
export const groupId = uuidOf();

/** Static and redistribution groups have the members that people give them; dynamic ones those that fit criteria. */
export type GroupKind = 'static' | 'dynamic' | 'redistribution';

/**
 * How a device stands to a group: it fits the criteria, or somebody put it in, or keeps it out. OCS-PROTOCOL.md §8.1
 * has the same three as STATIC 0, 1 and 2.
 */
export type MemberOrigin = 'matched' | 'included' | 'excluded';

/** A group as its own operations read it. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: GroupKind;
  /** Null unless the group is dynamic. */
  readonly criteria: Criteria | null;
  /** Whether all devices have been compared with the present definition. */
  readonly evaluated: boolean;
  /** The database's time, later than that of everything done to the group before. */
  readonly now: Date;
}

/** Keeps these locks apart from other advisory locks of the same database. */
const LOCK_NAMESPACE = 7_215_044;
const DEFINITIONS = 'definitions';

/**
 * Makes everybody else who would change the group or its members wait until this transaction ends, then reads it. An
 * advisory lock and not one of the row: an evaluation that finds nothing to do then writes nothing at all.
 * @returns null when there is no such group
 */
export async function lockGroup(manager: EntityManager, groupId: string): Promise<Group | null> {
  await lock(manager, groupId);
  const rows: Group[] = await manager.query(READ_GROUP, [groupId]);
  return rows[0] ?? null;
}

/** Makes others who would define or delete groups wait, so that what groups refer to stays there and free of cycles. */
export async function lockDefinitions(manager: EntityManager): Promise<void> {
  await lock(manager, DEFINITIONS);
}

/** @throws AppError INVENTORY_GROUP_NOT_FOUND */
export async function assertGroup(database: DataSource, groupId: string): Promise<void> {
  const rows: unknown[] = await database.query('SELECT 1 FROM device_group WHERE id = $1', [groupId]);
  if (rows.length === 0) throw groupNotFound(groupId);
}

/** What is thrown when a group is asked for that does not exist. */
export function groupNotFound(groupId: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_GROUP_NOT_FOUND, 'There is no group of that id.', {
    groupId,
  });
}

/**
 * What is thrown when something that dynamic groups have is asked of another one.
 * @param what the field of the body, or the action
 */
export function notDynamic(what: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_GROUP_KIND, `${what}: only a dynamic group has that.`, {
    field: what,
  });
}

/**
 * Keeps everybody from changing those of the groups that nobody is changing now, until this transaction ends.
 * @returns the ids of those
 */
export async function shareGroups(manager: EntityManager, groupIds: readonly string[]): Promise<string[]> {
  const rows: { id: string; free: boolean }[] = await manager.query(
    'SELECT id, pg_try_advisory_xact_lock_shared(hashtextextended(id, $2)) AS free FROM unnest($1::text[]) AS g (id)',
    [groupIds, LOCK_NAMESPACE],
  );
  return rows.filter(({ free }) => free).map(({ id }) => id);
}

async function lock(manager: EntityManager, what: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [what, LOCK_NAMESPACE]);
}

const READ_GROUP = `
  SELECT id, name, description, kind, criteria, clock_timestamp() AS now,
    coalesce(evaluated_at > definition_changed_at, false) AS evaluated
  FROM device_group WHERE id = $1`;
