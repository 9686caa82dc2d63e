import type { ActivationId, AssignmentId, DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AssignmentRuleId } from './assignment-rule.js';

/** What a rule knows of a device. */
export interface RuleMember {
  readonly deviceId: DeviceId;
  /** What it has because of the rule; null when only its leaving was told of. */
  readonly assignmentId: AssignmentId | null;
  readonly leftAt: Date | null;
  /** When an event last told of its joining or leaving. */
  readonly toldAt: Date | null;
  readonly excluded: boolean;
}

/** An assignment that a device has. */
export interface HeldAssignment {
  readonly assignmentId: AssignmentId;
  readonly deviceId: DeviceId;
}

/** An assignment that nobody wants any more. */
export interface ForsakenAssignment {
  readonly assignmentId: AssignmentId;
  /** A merge of devices set it aside before its device was told, so that it would wait again if the merge is undone. */
  readonly waitsAside: boolean;
}

/** A member with the assignment that it has now because of the rule. */
export interface JoiningMember {
  readonly deviceId: DeviceId;
  readonly assignmentId: AssignmentId;
}

/** Whether an event tells of what a later one has told of already. Joining and leaving come in any order. */
export function isOvertaken(member: RuleMember, toldAt: Date | null): boolean {
  return toldAt !== null && member.toldAt !== null && member.toldAt > toldAt;
}

const MEMBER = `device_id AS "deviceId", assignment_id AS "assignmentId", left_at AS "leftAt",
  told_at AS "toldAt", excluded`;

/** The statements about the members of rules. The rule is locked. */
@Injectable()
export class RuleMemberRepository {
  find(
    manager: EntityManager,
    ruleId: AssignmentRuleId,
    deviceIds: readonly DeviceId[],
  ): Promise<RuleMember[]> {
    return manager.query(
      `SELECT ${MEMBER} FROM assignment_rule_member WHERE rule_id = $1 AND device_id = ANY ($2::uuid[])`,
      [ruleId, deviceIds],
    );
  }

  /**
   * Who is a member and should not be.
   * @param after only devices after this one in the order of ids; null: from the first
   * @param upTo only devices up to this one; null: to the last
   * @param members who should be
   * @returns so many of them at the most
   */
  async findOthers(
    manager: EntityManager,
    ruleId: AssignmentRuleId,
    { after, upTo }: { readonly after: string | null; readonly upTo: string | null },
    members: readonly DeviceId[],
    limit: number,
  ): Promise<DeviceId[]> {
    const rows: { deviceId: DeviceId }[] = await manager.query(
      `SELECT m.device_id AS "deviceId" FROM assignment_rule_member m
       LEFT JOIN unnest($4::uuid[]) AS now (device_id) ON now.device_id = m.device_id
       WHERE m.rule_id = $1 AND m.left_at IS NULL AND now.device_id IS NULL
         AND ($2::uuid IS NULL OR m.device_id > $2) AND ($3::uuid IS NULL OR m.device_id <= $3)
       ORDER BY m.device_id LIMIT $5`,
      [ruleId, after, upTo, members, limit],
    );
    return rows.map((row) => row.deviceId);
  }

  /** Locks what devices have of an activation: of each one assignment at the most. */
  lockHeld(
    manager: EntityManager,
    activationId: ActivationId,
    deviceIds: readonly DeviceId[],
  ): Promise<HeldAssignment[]> {
    return manager.query(
      `SELECT assignment_id AS "assignmentId", device_id AS "deviceId" FROM assignment
       WHERE activation_id = $1 AND device_id = ANY ($2::uuid[]) AND withdrawn_at IS NULL AND set_aside_by IS NULL
       ORDER BY target_id FOR NO KEY UPDATE`,
      [activationId, deviceIds],
    );
  }

  /** @param toldAt the time of the event that told of it; null when the target was asked */
  async join(
    manager: EntityManager,
    ruleId: AssignmentRuleId,
    members: readonly JoiningMember[],
    toldAt: Date | null,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO assignment_rule_member AS m (rule_id, device_id, assignment_id, told_at)
       SELECT $1, n.device_id, n.assignment_id, $4 FROM unnest($2::uuid[], $3::uuid[]) AS n (device_id, assignment_id)
       ON CONFLICT (rule_id, device_id) DO UPDATE SET assignment_id = excluded.assignment_id, left_at = NULL,
         told_at = greatest(excluded.told_at, m.told_at)`,
      [
        ruleId,
        members.map((member) => member.deviceId),
        members.map((member) => member.assignmentId),
        toldAt,
      ],
    );
  }

  /** Also for devices that had not joined: a joining that is told of later and was earlier must find it. */
  async leave(
    manager: EntityManager,
    ruleId: AssignmentRuleId,
    deviceIds: readonly DeviceId[],
    { at, toldAt }: { readonly at: Date; readonly toldAt: Date | null },
  ): Promise<void> {
    await manager.query(
      `INSERT INTO assignment_rule_member AS m (rule_id, device_id, left_at, told_at)
       SELECT $1, device_id, $3, $4 FROM unnest($2::uuid[]) AS n (device_id)
       ON CONFLICT (rule_id, device_id) DO UPDATE SET left_at = coalesce(m.left_at, excluded.left_at),
         told_at = greatest(excluded.told_at, m.told_at)`,
      [ruleId, deviceIds, at, toldAt],
    );
  }

  /**
   * Locks those of the assignments of devices in rules that are in force for nothing but rules they have left.
   * @param deviceIds members that may have just left them; null: everybody who was ever one
   */
  async lockForsaken(
    manager: EntityManager,
    ruleIds: readonly AssignmentRuleId[],
    deviceIds: readonly DeviceId[] | null,
  ): Promise<ForsakenAssignment[]> {
    return manager.query(
      `SELECT s.assignment_id AS "assignmentId", EXISTS (
         SELECT 1 FROM delivery d WHERE d.assignment_id = s.assignment_id AND d.set_aside AND d.notified_at IS NULL
       ) AS "waitsAside" FROM assignment s
       WHERE s.assignment_id IN (
           SELECT m.assignment_id FROM assignment_rule_member m
           WHERE m.rule_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR m.device_id = ANY ($2)))
         AND s.withdrawn_at IS NULL AND NOT s.direct
         AND NOT EXISTS (
           SELECT 1 FROM assignment_rule_member o JOIN assignment_rule u ON u.rule_id = o.rule_id
           WHERE o.assignment_id = s.assignment_id AND o.left_at IS NULL AND u.withdrawn_at IS NULL)
       ORDER BY s.activation_id, s.target_id FOR NO KEY UPDATE OF s`,
      [ruleIds, deviceIds],
    );
  }

  /** Somebody withdrew the assignment, which is locked: the rules that gave it do not give it again. */
  async exclude(manager: EntityManager, assignmentId: AssignmentId): Promise<void> {
    await manager.query('UPDATE assignment_rule_member SET excluded = true WHERE assignment_id = $1', [
      assignmentId,
    ]);
  }

  /** Somebody gave the assignments, which are locked, to the devices themselves: rules may give them again. */
  async include(manager: EntityManager, assignmentIds: readonly AssignmentId[]): Promise<void> {
    await manager.query(
      'UPDATE assignment_rule_member SET excluded = false WHERE excluded AND assignment_id = ANY ($1::uuid[])',
      [assignmentIds],
    );
  }
}
