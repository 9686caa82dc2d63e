import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CompileCriteria } from '../search/compile-criteria.js';
import { FEW } from './find-groups-to-evaluate.js';
import { GroupTransactions } from './group-transactions.js';
import { notDynamic, type Group } from './group.js';
import { publishMemberships, type MembershipChange } from './publish-memberships.js';

/** Others hold a device for the length of an inventory or a merge. */
const HELD_MS = 100;
const TRIES = 50;

interface FoundRow extends MembershipChange {
  /** False while somebody else is changing the device. */
  readonly done: boolean;
}

/** What an evaluation did. */
export interface Evaluation {
  readonly changes: readonly MembershipChange[];
  /** Devices that somebody else holds just now, and that have to be looked at again. */
  readonly held: readonly string[];
}

/**
 * Brings the members of a dynamic group in line with its criteria: one statement that changes only what differs. Who is
 * included or excluded by hand stays so.
 *
 * Two evaluations of one group never run side by side, and criteria are compiled under the group's lock: else the
 * slower one could write down what was true before a change that the other one has seen. Devices that somebody else
 * holds are left out and looked at again: an evaluation never waits for a merge or a deletion, so that those may wait for it.
 */
@Injectable()
export class EvaluateGroup {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly compile: CompileCriteria,
  ) {}

  /**
   * Looks at all devices; with `cause` "definition" only if nobody has since the definition changed.
   * @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_KIND (not a dynamic one)
   */
  async whole(groupId: string, cause: 'definition' | 'members' | 'time' | 'asked'): Promise<void> {
    const left = await this.transactions.run(groupId, async (tx, group) => {
      if (group.criteria === null) throw notDynamic('evaluate');
      if (cause === 'definition' && group.evaluated) return [];
      const { held } = await this.within(tx, group, null);
      await tx.manager.query('UPDATE device_group SET evaluated_at = $2 WHERE id = $1', [groupId, group.now]);
      return held;
    });
    await this.later(groupId, left);
  }

  /**
   * Looks at some devices.
   * @throws AppError INVENTORY_GROUP_NOT_FOUND
   */
  async devices(groupId: string, deviceIds: readonly string[]): Promise<void> {
    await this.later(groupId, await this.some(groupId, deviceIds));
  }

  /** Looks at some devices, or at all (null), in a transaction that holds the group's lock. */
  async within(tx: Transaction, group: Group, deviceIds: readonly string[] | null): Promise<Evaluation> {
    if (group.criteria === null) return { changes: [], held: [] };
    if (deviceIds === null) await tx.manager.query(PREPARE);
    const scope = deviceIds !== null && deviceIds.length <= FEW ? 'few' : 'fleet';
    const { condition, parameters } = await this.compile.execute(group.criteria, FIRST_PARAMETER, scope);
    const found: FoundRow[] = await tx.manager.query(evaluation(condition), [
      ...[group.id, group.now, deviceIds],
      ...parameters,
    ]);
    const changes = found.filter(({ done }) => done);
    await publishMemberships(tx, group, changes);
    return { changes, held: found.filter(({ done }) => !done).map(({ deviceId }) => deviceId) };
  }

  private async some(groupId: string, deviceIds: readonly string[]): Promise<readonly string[]> {
    const { held } = await this.transactions.run(groupId, (tx, group) => this.within(tx, group, deviceIds));
    return held;
  }

  private async later(groupId: string, held: readonly string[]): Promise<void> {
    let left = held;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > TRIES) throw new Error(`${left.length} devices of group ${groupId} stay locked`);
      await delay(HELD_MS);
      left = await this.some(groupId, left);
    }
  }
}

// What suits searches (see `prepareSearch`) suits a look at all devices too; nobody waits for it, but others for its lock.
const PREPARE = `
  SELECT set_config('statement_timeout', '60000', true), set_config('jit', 'off', true),
    set_config('work_mem', '32MB', true), set_config('random_page_cost', '1.1', true),
    set_config('cpu_operator_cost', '0.02', true)`;

const FIRST_PARAMETER = 4;

/**
 * $1 the group, $2 the time, $3 the devices or null for all; then the condition's own parameters. Nobody knows how many
 * rows a condition leaves, so what follows it is joined in ways that no wrong guess makes slow: a full join and EXCEPT
 * are never done row by row, and the others go through a primary key.
 */
function evaluation(condition: string): string {
  return `
  WITH fits AS MATERIALIZED (
    SELECT d.id FROM device d
    WHERE d.state = 'active' AND ($3::uuid[] IS NULL OR d.id = ANY($3)) AND (${condition})
  ), present AS MATERIALIZED (
    SELECT m.device_id AS id, m.origin FROM group_member m
    WHERE m.group_id = $1 AND ($3::uuid[] IS NULL OR m.device_id = ANY($3))
  ), different AS MATERIALIZED (
    SELECT coalesce(f.id, p.id) AS id, p.id IS NULL AS member FROM fits f FULL JOIN present p ON p.id = f.id
    WHERE p.id IS NULL OR (f.id IS NULL AND p.origin = 'matched')
  ), held AS MATERIALIZED (
    SELECT d.id, x.member FROM different x JOIN device d ON d.id = x.id ORDER BY d.id FOR SHARE OF d SKIP LOCKED
  ), gone AS (
    DELETE FROM group_member m USING held h WHERE NOT h.member AND m.group_id = $1 AND m.device_id = h.id
    RETURNING m.device_id
  ), come AS (
    INSERT INTO group_member (group_id, device_id, origin, since)
    SELECT $1, h.id, 'matched', $2 FROM held h WHERE h.member
    ON CONFLICT DO NOTHING
    RETURNING device_id
  ), done AS (
    SELECT device_id AS id, false AS member FROM gone UNION ALL SELECT device_id, true FROM come
  )
  SELECT d.id AS "deviceId", d.name, s.member, true AS done FROM done s JOIN device d ON d.id = s.id
  UNION ALL
  SELECT l.id, '', false, false FROM (SELECT id FROM different EXCEPT SELECT id FROM done) l`;
}
