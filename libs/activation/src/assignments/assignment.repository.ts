import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { AssignmentOptions } from './assignment-options.js';
import { AssignmentEntity } from './assignment.entity.js';
import type { AssignmentRuleId } from '../rules/assignment-rule.js';
import type { DeliveryState, HeldReason } from '../deliveries/delivery.js';
import { newId } from '../new-id.js';

/** An assignment after it was given (again): `attempt` is the number of the attempt to make now. */
export interface GivenAssignment {
  readonly assignmentId: AssignmentId;
  readonly deviceId: DeviceId;
  readonly attempt: number;
}

/** Whom an activation is given to, how, and by whom. */
export interface Gift {
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly options: AssignmentOptions;
  /** Devices that stand for themselves. */
  readonly deviceIds: readonly DeviceId[];
  /** To the devices themselves; false when it is because of a rule. */
  readonly direct: boolean;
  readonly assignedBy: string;
}

export interface AssignmentFilter {
  readonly deviceId: DeviceId | null;
  readonly packageId: PackageId | null;
  readonly ruleId: AssignmentRuleId | null;
}

export interface ListedAssignment extends AssignmentOptions {
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly packageName: string;
  readonly deviceId: DeviceId;
  readonly deviceName: string | null;
  readonly direct: boolean;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly deliveryId: DeliveryId;
  readonly state: DeliveryState;
  readonly code: string | null;
  readonly held: HeldReason | null;
  readonly notBefore: Date | null;
}

const LIVE = `
  FROM assignment s
  JOIN activation a ON a.activation_id = s.activation_id
  WHERE s.withdrawn_at IS NULL AND a.withdrawn_at IS NULL AND s.set_aside_by IS NULL
    AND ($1::uuid IS NULL OR s.device_id = $1) AND ($2::uuid IS NULL OR a.package_id = $2)
    AND ($3::uuid IS NULL OR EXISTS (SELECT 1 FROM assignment_rule_member m
      WHERE m.rule_id = $3 AND m.assignment_id = s.assignment_id AND m.left_at IS NULL))`;

@Injectable()
export class AssignmentRepository {
  /**
   * Gives an activation to devices. A device that has it gets the next attempt of the same assignment; what was given
   * to the device itself stays so when a rule gives it again.
   * The rows stay locked until the transaction ends, in the order of the devices so that two requests cannot deadlock.
   */
  async give(manager: EntityManager, gift: Gift, at: Date): Promise<GivenAssignment[]> {
    const sorted = [...gift.deviceIds].sort();
    const { force, schedule, postCommand, afterPackageId, repeat } = gift.options;
    return manager.query(
      `INSERT INTO assignment AS s (assignment_id, activation_id, target_kind, target_id,
         device_id, force, schedule, post_command, after_package_id, repeat, direct, attempt, created_at)
       SELECT assignment_id, $3, 'device', device_id, device_id, $4, $5, $6, $7, $8, $9, 1, $10
       FROM unnest($1::uuid[], $2::uuid[]) AS given (assignment_id, device_id)
       ON CONFLICT (activation_id, target_kind, target_id) DO UPDATE SET force = excluded.force,
         schedule = excluded.schedule, post_command = excluded.post_command,
         after_package_id = excluded.after_package_id, repeat = excluded.repeat, attempt = s.attempt + 1,
         direct = excluded.direct OR (s.direct AND s.withdrawn_at IS NULL),
         withdrawn_at = NULL, set_aside_by = NULL
       RETURNING s.assignment_id AS "assignmentId", s.target_id AS "deviceId", s.attempt`,
      [
        sorted.map(() => newId<AssignmentId>()),
        sorted,
        gift.activationId,
        ...[force, schedule, postCommand, afterPackageId],
        repeat && JSON.stringify(repeat),
        ...[gift.direct, at],
      ],
    );
  }

  /** Locks assignments, in the order in which they are given. */
  async lockAll(manager: EntityManager, assignmentIds: readonly AssignmentId[]): Promise<void> {
    await manager.query(
      `SELECT 1 FROM assignment WHERE assignment_id = ANY ($1::uuid[])
       ORDER BY activation_id, target_id FOR NO KEY UPDATE`,
      [assignmentIds],
    );
  }

  /** Finds and locks an assignment that has neither been withdrawn nor set aside. */
  lock(manager: EntityManager, assignmentId: AssignmentId): Promise<AssignmentEntity | null> {
    return manager.getRepository(AssignmentEntity).findOne({
      where: { assignmentId, withdrawnAt: IsNull(), setAsideBy: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async markWithdrawn(manager: EntityManager, assignmentId: AssignmentId, at: Date): Promise<void> {
    await this.markAllWithdrawn(manager, [assignmentId], at);
  }

  /** Marks assignments that are locked as withdrawn. */
  async markAllWithdrawn(
    manager: EntityManager,
    assignmentIds: readonly AssignmentId[],
    at: Date,
  ): Promise<void> {
    await manager.query('UPDATE assignment SET withdrawn_at = $2 WHERE assignment_id = ANY ($1::uuid[])', [
      assignmentIds,
      at,
    ]);
  }

  /** Newest first, each with its latest attempt. */
  async list(
    manager: EntityManager,
    filter: AssignmentFilter,
    beforeId: AssignmentId | null,
    limit: number,
  ): Promise<ListedAssignment[]> {
    return manager.query(
      `WITH page AS (
         SELECT s.*, a.package_id ${LIVE} AND ($4::uuid IS NULL OR s.assignment_id < $4)
         ORDER BY s.assignment_id DESC LIMIT $5)
       SELECT page.assignment_id AS "assignmentId", page.activation_id AS "activationId",
         page.package_id AS "packageId", p.file_id AS "fileId", p.name AS "packageName",
         page.device_id AS "deviceId", device.name AS "deviceName", page.force, page.schedule,
         page.post_command AS "postCommand", page.after_package_id AS "afterPackageId", page.repeat, page.direct,
         page.attempt, page.created_at AS "createdAt", d.delivery_id AS "deliveryId", d.state, d.code, d.held,
         d.not_before AS "notBefore"
       FROM page
       JOIN package p ON p.package_id = page.package_id
       JOIN delivery d ON d.assignment_id = page.assignment_id AND d.attempt = page.attempt
       LEFT JOIN device ON device.device_id = page.device_id
       ORDER BY page.assignment_id DESC`,
      [filter.deviceId, filter.packageId, filter.ruleId, beforeId, limit],
    );
  }

  async count(manager: EntityManager, filter: AssignmentFilter): Promise<number> {
    const rows: { total: number }[] = await manager.query(`SELECT count(*)::integer AS total ${LIVE}`, [
      filter.deviceId,
      filter.packageId,
      filter.ruleId,
    ]);
    return rows[0]?.total ?? 0;
  }
}
