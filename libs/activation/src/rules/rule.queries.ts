import type { DeviceSetKind } from '@entrepot/contracts';
import type { ActivationId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AssignmentOptions } from '../assignments/assignment-options.js';
import type { AssignmentRuleId } from './assignment-rule.js';

export interface RuleFilter {
  readonly packageId: PackageId | null;
  readonly targetId: string | null;
  readonly ruleId: AssignmentRuleId | null;
}

/** A rule as people see it. */
export interface ListedRule extends AssignmentOptions {
  readonly ruleId: AssignmentRuleId;
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly packageName: string;
  readonly packageVersion: number;
  readonly targetKind: DeviceSetKind;
  readonly targetId: string;
  readonly targetName: string;
  readonly targetExists: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly expectedMembers: number | null;
  readonly members: number;
  readonly excluded: number;
  readonly waiting: number;
  readonly notified: number;
  readonly succeeded: number;
  readonly failed: number;
}

const IN_FORCE = `
  FROM assignment_rule u JOIN activation a ON a.activation_id = u.activation_id
  WHERE u.withdrawn_at IS NULL AND a.withdrawn_at IS NULL
    AND ($1::uuid IS NULL OR a.package_id = $1) AND ($2::uuid IS NULL OR u.target_id = $2)
    AND ($3::uuid IS NULL OR u.rule_id = $3)`;

/** The unlocked reads of rules, for people. */
@Injectable()
export class RuleQueries {
  /**
   * Newest first, those before `beforeId` in that order.
   * @param now attempts for later than this are not counted
   */
  list(
    manager: EntityManager,
    filter: RuleFilter,
    page: { readonly beforeId: AssignmentRuleId | null; readonly limit: number; readonly now: Date },
  ): Promise<ListedRule[]> {
    return manager.query(
      `WITH page AS (
         SELECT u.*, a.package_id ${IN_FORCE} AND ($4::uuid IS NULL OR u.rule_id < $4)
         ORDER BY u.rule_id DESC LIMIT $5)
       SELECT page.rule_id AS "ruleId", page.activation_id AS "activationId", page.package_id AS "packageId",
         p.file_id AS "fileId", p.name AS "packageName", p.version AS "packageVersion",
         page.target_kind AS "targetKind", page.target_id AS "targetId", page.target_name AS "targetName",
         page.target_gone_at IS NULL AS "targetExists", page.force, page.schedule,
         page.post_command AS "postCommand", page.after_package_id AS "afterPackageId", page.repeat,
         page.created_by AS "createdBy", page.created_at AS "createdAt", page.settled_at AS "settledAt",
         page.expected AS "expectedMembers", c.*
       FROM page
       JOIN package p ON p.package_id = page.package_id
       CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE NOT m.excluded)::integer AS members,
           count(*) FILTER (WHERE m.excluded)::integer AS excluded,
           count(*) FILTER (WHERE d.state = 'waiting')::integer AS waiting,
           count(*) FILTER (WHERE d.state = 'notified')::integer AS notified,
           count(*) FILTER (WHERE d.state = 'succeeded')::integer AS succeeded,
           count(*) FILTER (WHERE d.state = 'failed')::integer AS failed
         FROM assignment_rule_member m
         LEFT JOIN LATERAL (
           SELECT d.state FROM delivery d
           WHERE d.assignment_id = m.assignment_id AND (d.not_before IS NULL OR d.not_before <= $6)
           ORDER BY d.attempt DESC LIMIT 1) d ON true
         WHERE m.rule_id = page.rule_id AND m.left_at IS NULL) c
       ORDER BY page.rule_id DESC`,
      [filter.packageId, filter.targetId, filter.ruleId, page.beforeId, page.limit, page.now],
    );
  }

  async count(manager: EntityManager, filter: RuleFilter): Promise<number> {
    const [row]: { total: number }[] = await manager.query(`SELECT count(*)::integer AS total ${IN_FORCE}`, [
      filter.packageId,
      filter.targetId,
      filter.ruleId,
    ]);
    return row?.total ?? 0;
  }
}
