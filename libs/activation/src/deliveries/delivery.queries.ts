import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Withdrawal } from '../activations/activation.schemas.js';
import type { DeliveryState, DeliveryStatus, HeldReason } from './delivery.js';
import { PROGRESS_JOIN, STAGE_SQL, type DeliveryStage } from './delivery-stage.js';

export interface DeliveryFilter {
  readonly packageId?: PackageId | undefined;
  readonly deviceId?: DeviceId | undefined;
  readonly assignmentId?: AssignmentId | undefined;
  readonly state?: DeliveryState | undefined;
  /** The agent's word, normalised. */
  readonly code?: string | undefined;
  readonly stage?: DeliveryStage | undefined;
  /** Only what was put away, or only what was not; null: both. */
  readonly archived: boolean | null;
  /** Only the latest attempt of each assignment that is due by then. */
  readonly latestBy?: Date | undefined;
}

/** A delivery as people see it, with what its stage and its reason are read off. */
export interface ListedDelivery extends DeliveryStatus {
  readonly deliveryId: DeliveryId;
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  readonly infoLocation: string;
  readonly packageId: PackageId;
  readonly packageName: string;
  readonly fileId: FileId;
  readonly operatingSystem: string;
  readonly fragments: number | null;
  readonly verifiedAt: Date | null;
  readonly damagedAt: Date | null;
  readonly damagedFiles: readonly string[];
  readonly deviceId: DeviceId;
  readonly deviceName: string | null;
  readonly attempt: number;
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
  readonly assignedBy: string;
  readonly createdAt: Date;
  readonly notBefore: Date | null;
  readonly retry: number;
  readonly held: HeldReason | null;
  readonly hasTicket: boolean;
  readonly infoFetchedAt: Date | null;
  readonly infoAddress: string | null;
  readonly fetched: number;
  readonly firstFetchedAt: Date | null;
  readonly lastFetchedAt: Date | null;
  readonly archiveId: string | null;
  readonly archivedAt: Date | null;
  readonly takenBack: boolean;
}

/**
 * Whether `d` is the attempt of its assignment that counts at a time: the latest that is due. One that is planned for
 * later leaves the result before it standing.
 */
export function countsAt(time: string): string {
  return `(d.not_before IS NULL OR d.not_before <= ${time}) AND NOT EXISTS (
    SELECT 1 FROM delivery n WHERE n.assignment_id = d.assignment_id AND n.attempt > d.attempt
      AND (n.not_before IS NULL OR n.not_before <= ${time}))`;
}

const SELECT = `
  SELECT d.delivery_id AS "deliveryId", d.assignment_id AS "assignmentId", s.activation_id AS "activationId",
    a.info_location AS "infoLocation", d.package_id AS "packageId", p.name AS "packageName",
    p.file_id AS "fileId", p.operating_system AS "operatingSystem", p.fragments,
    p.verified_at AS "verifiedAt", p.damaged_at AS "damagedAt", p.damaged_files AS "damagedFiles",
    d.device_id AS "deviceId", device.name AS "deviceName", d.attempt, d.force, d.schedule,
    d.post_command AS "postCommand", d.assigned_by AS "assignedBy", d.state, d.code,
    d.created_at AS "createdAt", d.notified_at AS "notifiedAt", d.ended_at AS "endedAt",
    d.reported_at AS "reportedAt", d.retries, d.not_before AS "notBefore", d.retry, d.held,
    d.ticket IS NOT NULL AS "hasTicket", d.info_fetched_at AS "infoFetchedAt", d.info_address AS "infoAddress",
    coalesce(progress.fetched, 0) AS fetched, progress.first_at AS "firstFetchedAt",
    progress.last_at AS "lastFetchedAt", d.archive_id AS "archiveId", archive.created_at AS "archivedAt",
    s.withdrawn_at IS NOT NULL OR a.withdrawn_at IS NOT NULL AS "takenBack"
  FROM delivery d
  JOIN assignment s ON s.assignment_id = d.assignment_id
  JOIN activation a ON a.activation_id = s.activation_id
  JOIN package p ON p.package_id = d.package_id
  LEFT JOIN device ON device.device_id = d.device_id
  LEFT JOIN delivery_archive archive ON archive.archive_id = d.archive_id
  ${PROGRESS_JOIN}`;

const FILTER = `
  WHERE ($1::uuid IS NULL OR d.package_id = $1) AND ($2::uuid IS NULL OR d.device_id = $2)
    AND ($3::uuid IS NULL OR d.assignment_id = $3) AND ($4::text IS NULL OR d.state = $4)
    AND ($5::text IS NULL OR d.code = $5)
    AND ($6::boolean IS NULL OR (d.archive_id IS NOT NULL) = $6)
    AND ($7::timestamptz IS NULL OR (${countsAt('$7')}))`;

function values(filter: DeliveryFilter): unknown[] {
  const { packageId, deviceId, assignmentId, state, code, archived, latestBy } = filter;
  return [packageId, deviceId, assignmentId, state, code, archived, latestBy].map((value) => value ?? null);
}

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
      `${SELECT} ${FILTER} AND ($8::text IS NULL OR ${STAGE_SQL} = $8) AND ($9::uuid IS NULL OR d.delivery_id < $9)
       ORDER BY d.delivery_id DESC LIMIT $10`,
      [...values(filter), filter.stage ?? null, beforeId, limit],
    );
  }

  async count(manager: EntityManager, filter: DeliveryFilter): Promise<number> {
    const { stage } = filter;
    const staged =
      stage === undefined ? '' : `JOIN package p ON p.package_id = d.package_id ${PROGRESS_JOIN}`;
    const rows: { total: number }[] = await manager.query(
      `SELECT count(*)::integer AS total FROM delivery d ${staged} ${FILTER}
       ${stage === undefined ? '' : `AND ${STAGE_SQL} = $8`}`,
      [...values(filter), ...(stage === undefined ? [] : [stage])],
    );
    return rows[0]?.total ?? 0;
  }

  async find(manager: EntityManager, deliveryId: DeliveryId): Promise<ListedDelivery | null> {
    const rows: ListedDelivery[] = await manager.query(`${SELECT} WHERE d.delivery_id = $1`, [deliveryId]);
    return rows[0] ?? null;
  }

  /** What is waiting below an activation, and what its devices were told of, of which the first are named. */
  async openOfActivation(
    manager: EntityManager,
    activationId: ActivationId,
    named: number,
  ): Promise<{ readonly waiting: number; readonly alreadyNotified: Withdrawal['alreadyNotified'] }> {
    const open = `FROM delivery d JOIN assignment s ON s.assignment_id = d.assignment_id
      WHERE s.activation_id = $1 AND d.state`;
    const [counts]: { waiting: number; notified: number }[] = await manager.query(
      `SELECT count(*) FILTER (WHERE d.state = 'waiting')::integer AS waiting,
         count(*) FILTER (WHERE d.state = 'notified')::integer AS notified ${open} IN ('waiting', 'notified')`,
      [activationId],
    );
    const { waiting = 0, notified = 0 } = counts ?? {};
    const items: Withdrawal['alreadyNotified']['items'] = await manager.query(
      `SELECT d.delivery_id AS "deliveryId", d.device_id AS "deviceId" ${open} = 'notified'
       ORDER BY d.delivery_id LIMIT $2`,
      [activationId, named],
    );
    return { waiting, alreadyNotified: { total: notified, items } };
  }

  /** Devices that were told of a package and have not reported it; they may have it, or be fetching it. */
  async toldDevices(
    manager: EntityManager,
    packageId: PackageId,
    limit: number,
  ): Promise<{ readonly total: number; readonly deviceIds: readonly DeviceId[] }> {
    const rows: { deviceId: DeviceId; total: number }[] = await manager.query(
      `SELECT device_id AS "deviceId", (count(*) OVER ())::integer AS total
       FROM delivery WHERE package_id = $1 AND state = 'notified'
       GROUP BY device_id ORDER BY device_id LIMIT $2`,
      [packageId, limit],
    );
    return { total: rows[0]?.total ?? 0, deviceIds: rows.map(({ deviceId }) => deviceId) };
  }
}
