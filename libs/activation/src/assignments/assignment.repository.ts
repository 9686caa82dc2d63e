import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { AssignmentEntity } from './assignment.entity.js';
import type { DeliveryState } from '../deliveries/delivery.js';
import { newId } from '../new-id.js';

/** How the package is to be installed (OCS-PROTOCOL.md §2.5, PACK attributes). */
export interface AssignmentOptions {
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
}

/** An assignment after it was given (again): `attempt` is the number of the attempt to make now. */
export interface GivenAssignment {
  readonly assignmentId: AssignmentId;
  readonly deviceId: DeviceId;
  readonly attempt: number;
}

export interface AssignmentFilter {
  readonly deviceId: DeviceId | null;
  readonly packageId: PackageId | null;
}

export interface ListedAssignment extends AssignmentOptions {
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly packageName: string;
  readonly deviceId: DeviceId;
  readonly deviceName: string | null;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly deliveryId: DeliveryId;
  readonly state: DeliveryState;
  readonly code: string | null;
}

const LIVE = `
  FROM assignment s
  JOIN activation a ON a.activation_id = s.activation_id
  WHERE s.withdrawn_at IS NULL AND a.withdrawn_at IS NULL AND s.set_aside_by IS NULL
    AND ($1::uuid IS NULL OR s.device_id = $1) AND ($2::uuid IS NULL OR a.package_id = $2)`;

@Injectable()
export class AssignmentRepository {
  /**
   * Gives the activation to devices that stand for themselves. A device that has it gets the next attempt of the same assignment.
   * The rows stay locked until the transaction ends, in the order of the devices so that two requests cannot deadlock.
   */
  async give(
    manager: EntityManager,
    activationId: ActivationId,
    deviceIds: readonly DeviceId[],
    options: AssignmentOptions,
    at: Date,
  ): Promise<GivenAssignment[]> {
    const sorted = [...deviceIds].sort();
    return manager.query(
      `INSERT INTO assignment AS s (assignment_id, activation_id, target_kind, target_id,
         device_id, force, schedule, post_command, attempt, created_at)
       SELECT assignment_id, $3, 'device', device_id, device_id, $4, $5, $6, 1, $7
       FROM unnest($1::uuid[], $2::uuid[]) AS given (assignment_id, device_id)
       ON CONFLICT (activation_id, target_kind, target_id) DO UPDATE SET force = excluded.force,
         schedule = excluded.schedule, post_command = excluded.post_command, attempt = s.attempt + 1,
         withdrawn_at = NULL, set_aside_by = NULL
       RETURNING s.assignment_id AS "assignmentId", s.target_id AS "deviceId", s.attempt`,
      [
        sorted.map(() => newId<AssignmentId>()),
        sorted,
        activationId,
        options.force,
        options.schedule,
        options.postCommand,
        at,
      ],
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
    await manager.getRepository(AssignmentEntity).update({ assignmentId }, { withdrawnAt: at });
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
         SELECT s.*, a.package_id ${LIVE} AND ($3::uuid IS NULL OR s.assignment_id < $3)
         ORDER BY s.assignment_id DESC LIMIT $4)
       SELECT page.assignment_id AS "assignmentId", page.activation_id AS "activationId",
         page.package_id AS "packageId", p.file_id AS "fileId", p.name AS "packageName",
         page.device_id AS "deviceId", device.name AS "deviceName", page.force, page.schedule,
         page.post_command AS "postCommand", page.attempt, page.created_at AS "createdAt",
         d.delivery_id AS "deliveryId", d.state, d.code
       FROM page
       JOIN package p ON p.package_id = page.package_id
       JOIN delivery d ON d.assignment_id = page.assignment_id AND d.attempt = page.attempt
       LEFT JOIN device ON device.device_id = page.device_id
       ORDER BY page.assignment_id DESC`,
      [filter.deviceId, filter.packageId, beforeId, limit],
    );
  }

  async count(manager: EntityManager, filter: AssignmentFilter): Promise<number> {
    const rows: { total: number }[] = await manager.query(`SELECT count(*)::integer AS total ${LIVE}`, [
      filter.deviceId,
      filter.packageId,
    ]);
    return rows[0]?.total ?? 0;
  }
}
