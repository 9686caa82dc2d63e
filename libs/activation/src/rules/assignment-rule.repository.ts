import type { DeviceSetKind } from '@entrepot/contracts';
import type { ActivationId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AssignmentRule, AssignmentRuleId } from './assignment-rule.js';

/** A rule to be, with the name of its target at this moment. */
export interface NewRule extends AssignmentRule {
  readonly targetName: string;
  readonly createdAt: Date;
}

/** An activation that rules give, locked. */
export interface GivenActivation {
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
}

const RULE = `u.rule_id AS "ruleId", u.activation_id AS "activationId", a.package_id AS "packageId",
  u.target_kind AS "targetKind", u.target_id AS "targetId", u.force, u.schedule, u.post_command AS "postCommand",
  u.after_package_id AS "afterPackageId", u.repeat, u.created_by AS "createdBy"`;

const IN_FORCE = `
  FROM assignment_rule u JOIN activation a ON a.activation_id = u.activation_id
  WHERE u.withdrawn_at IS NULL AND a.withdrawn_at IS NULL`;

/** The statements about rules as such. Rules are locked before anything else. */
@Injectable()
export class AssignmentRuleRepository {
  /**
   * Makes a rule. One that gives the activation to the same target already takes over the new options, for those who
   * join from now on.
   * @returns the id of the rule that is in force
   */
  async addOrChange(manager: EntityManager, rule: NewRule): Promise<AssignmentRuleId> {
    const rows: { id: AssignmentRuleId }[] = await manager.query(
      `INSERT INTO assignment_rule (rule_id, activation_id, target_kind, target_id, target_name, force, schedule,
         post_command, after_package_id, repeat, created_by, created_at, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
       ON CONFLICT (activation_id, target_kind, target_id) WHERE withdrawn_at IS NULL
       DO UPDATE SET target_name = excluded.target_name, force = excluded.force, schedule = excluded.schedule,
         post_command = excluded.post_command, after_package_id = excluded.after_package_id,
         repeat = excluded.repeat, created_by = excluded.created_by, asked_at = excluded.asked_at
       RETURNING rule_id AS id`,
      [
        ...[rule.ruleId, rule.activationId, rule.targetKind, rule.targetId, rule.targetName, rule.force],
        ...[rule.schedule, rule.postCommand, rule.afterPackageId, rule.repeat && JSON.stringify(rule.repeat)],
        ...[rule.createdBy, rule.createdAt],
      ],
    );
    const [standing] = rows;
    if (standing === undefined) throw new Error('An upsert always answers a row.');
    return standing.id;
  }

  /** Locks a rule until the transaction ends; null when it, or its activation, is no longer in force. */
  async lock(manager: EntityManager, ruleId: AssignmentRuleId): Promise<AssignmentRule | null> {
    const rows: AssignmentRule[] = await manager.query(
      `SELECT ${RULE} ${IN_FORCE} AND u.rule_id = $1 FOR UPDATE OF u`,
      [ruleId],
    );
    return rows[0] ?? null;
  }

  async find(manager: EntityManager, ruleId: AssignmentRuleId): Promise<AssignmentRule | null> {
    const rows: AssignmentRule[] = await manager.query(`SELECT ${RULE} ${IN_FORCE} AND u.rule_id = $1`, [
      ruleId,
    ]);
    return rows[0] ?? null;
  }

  /** Whether any rule gives something to the members of a group. */
  async hasTarget(manager: EntityManager, kind: DeviceSetKind, targetId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 ${IN_FORCE} AND u.target_kind = $1 AND u.target_id = $2 LIMIT 1`,
      [kind, targetId],
    );
    return rows.length > 0;
  }

  /** Locks what gives something to the members of a group. */
  lockOfTarget(manager: EntityManager, kind: DeviceSetKind, targetId: string): Promise<AssignmentRule[]> {
    return manager.query(
      `SELECT ${RULE} ${IN_FORCE} AND u.target_kind = $1 AND u.target_id = $2 ORDER BY u.rule_id FOR UPDATE OF u`,
      [kind, targetId],
    );
  }

  /**
   * Locks activations that are in force against being given by others until the transaction ends, so that of two rules
   * that one device joins at the same time one finds what the other one gave.
   */
  async lockActivations(
    manager: EntityManager,
    activationIds: readonly ActivationId[],
  ): Promise<ReadonlyMap<ActivationId, GivenActivation>> {
    const rows: GivenActivation[] = await manager.query(
      `SELECT a.activation_id AS "activationId", a.package_id AS "packageId", p.file_id AS "fileId"
       FROM activation a JOIN package p ON p.package_id = a.package_id
       WHERE a.activation_id = ANY ($1::uuid[]) AND a.withdrawn_at IS NULL
       ORDER BY a.activation_id FOR NO KEY UPDATE OF a`,
      [activationIds],
    );
    return new Map(rows.map((row) => [row.activationId, row]));
  }

  /** Notes that the rule has what its target had at this moment, or that the target is gone. */
  async markSettled(
    manager: EntityManager,
    ruleId: AssignmentRuleId,
    { expected, exists }: { readonly expected: number; readonly exists: boolean },
    at: Date,
  ): Promise<void> {
    await manager.query(
      `UPDATE assignment_rule SET settled_at = $2, expected = $3,
         target_gone_at = CASE WHEN $4 THEN NULL ELSE coalesce(target_gone_at, $2) END
       WHERE rule_id = $1`,
      [ruleId, at, expected, exists],
    );
  }

  async markWithdrawn(manager: EntityManager, ruleId: AssignmentRuleId, at: Date): Promise<void> {
    await manager.query('UPDATE assignment_rule SET withdrawn_at = $2 WHERE rule_id = $1', [ruleId, at]);
  }

  /**
   * Notes that rules in force are to be compared with their targets, as far as the last such note is from before the
   * given time. Those that are just being compared are left out.
   * @returns ids of these rules
   */
  async askDue(
    manager: EntityManager,
    before: { readonly group: Date; readonly search: Date },
    at: Date,
  ): Promise<AssignmentRuleId[]> {
    const [rows]: [{ id: AssignmentRuleId }[], number] = await manager.query(
      `UPDATE assignment_rule SET asked_at = $3 WHERE rule_id IN (
         SELECT u.rule_id ${IN_FORCE} AND u.asked_at
           < CASE u.target_kind WHEN 'group' THEN $1::timestamptz ELSE $2::timestamptz END
         FOR UPDATE OF u SKIP LOCKED)
       RETURNING rule_id AS id`,
      [before.group, before.search, at],
    );
    return rows.map((row) => row.id);
  }
}
