import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryState, DeliveryStatus } from './delivery.js';

export interface DeliveryFilter {
  readonly packageId: PackageId | null;
  readonly deviceId: DeviceId | null;
  readonly state: DeliveryState | null;
}

/** A delivery as people see it. */
export interface ListedDelivery extends DeliveryStatus {
  readonly deliveryId: DeliveryId;
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly packageName: string;
  readonly fileId: FileId;
  readonly deviceId: DeviceId;
  readonly deviceName: string | null;
  readonly attempt: number;
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
  readonly assignedBy: string;
  readonly createdAt: Date;
}

/** How many deliveries are in a state with a code. */
export interface StateCount {
  readonly state: DeliveryState;
  readonly code: string | null;
  readonly count: number;
  readonly lastReportAt: Date | null;
}

const SELECT = `
  SELECT d.delivery_id AS "deliveryId", d.assignment_id AS "assignmentId", s.activation_id AS "activationId",
    d.package_id AS "packageId", p.name AS "packageName", p.file_id AS "fileId", d.device_id AS "deviceId",
    device.name AS "deviceName", d.attempt, d.force, d.schedule, d.post_command AS "postCommand",
    d.assigned_by AS "assignedBy", d.state, d.code, d.created_at AS "createdAt", d.notified_at AS "notifiedAt",
    d.ended_at AS "endedAt", d.reported_at AS "reportedAt", d.retries
  FROM delivery d
  JOIN assignment s ON s.assignment_id = d.assignment_id
  JOIN package p ON p.package_id = d.package_id
  LEFT JOIN device ON device.device_id = d.device_id`;

const FILTER = `
  WHERE ($1::uuid IS NULL OR d.package_id = $1) AND ($2::uuid IS NULL OR d.device_id = $2)
    AND ($3::text IS NULL OR d.state = $3)`;

/** The unlocked reads of the delivery table, for people. */
@Injectable()
export class DeliveryQueries {
  /** Newest first, those before `beforeId` in that order. */
  list(
    manager: EntityManager,
    filter: DeliveryFilter,
    beforeId: DeliveryId | null,
    limit: number,
  ): Promise<ListedDelivery[]> {
    return manager.query(
      `${SELECT} ${FILTER} AND ($4::uuid IS NULL OR d.delivery_id < $4) ORDER BY d.delivery_id DESC LIMIT $5`,
      [filter.packageId, filter.deviceId, filter.state, beforeId, limit],
    );
  }

  async count(manager: EntityManager, filter: DeliveryFilter): Promise<number> {
    const rows: { total: number }[] = await manager.query(
      `SELECT count(*)::integer AS total FROM delivery d ${FILTER}`,
      [filter.packageId, filter.deviceId, filter.state],
    );
    return rows[0]?.total ?? 0;
  }

  async find(manager: EntityManager, deliveryId: DeliveryId): Promise<ListedDelivery | null> {
    const rows: ListedDelivery[] = await manager.query(`${SELECT} WHERE d.delivery_id = $1`, [deliveryId]);
    return rows[0] ?? null;
  }

  /** Counts the latest attempt of each assignment of a package; earlier ones, and those set aside, are history. */
  countByState(manager: EntityManager, packageId: PackageId): Promise<StateCount[]> {
    return manager.query(
      `SELECT d.state, d.code, count(*)::integer AS count, max(d.reported_at) AS "lastReportAt"
       FROM delivery d JOIN assignment s ON s.assignment_id = d.assignment_id AND s.attempt = d.attempt
         AND s.set_aside_by IS NULL
       WHERE d.package_id = $1
       GROUP BY d.state, d.code`,
      [packageId],
    );
  }
}
