import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { PreparedStatement } from '@entrepot/platform-database';
import { In, type EntityManager } from 'typeorm';
import type { OfferCandidate } from '../offers/choose-offers.js';
import type { DeliveryState } from './delivery.js';
import { DeliveryEntity } from './delivery.entity.js';

/** Candidates read per PROLOG at the most, so that a device with a huge backlog cannot slow the others. */
const CANDIDATES_PER_PROLOG = 200;

const OPEN_FOR_DEVICES = new PreparedStatement<OfferCandidate & { readonly deviceId: DeviceId }>(
  'open-for-devices',
  `SELECT device_id AS "deviceId", open.* FROM unnest($1::uuid[]) AS given (device_id)
   CROSS JOIN LATERAL (
     SELECT d.delivery_id AS "deliveryId", d.state, p.file_id AS "fileId", p.priority,
       d.created_at AS "createdAt", d.notified_at AS "notifiedAt", a.info_location AS "infoLocation",
       a.fragment_location AS "fragmentLocation", d.force, d.schedule, d.post_command AS "postCommand"
     FROM delivery d
     JOIN assignment s ON s.assignment_id = d.assignment_id AND s.withdrawn_at IS NULL
     JOIN activation a ON a.activation_id = s.activation_id AND a.withdrawn_at IS NULL
     JOIN package p ON p.package_id = d.package_id
     WHERE d.device_id = given.device_id AND d.state IN ('waiting', 'notified')
     ORDER BY p.priority, d.created_at, d.delivery_id
     LIMIT ${CANDIDATES_PER_PROLOG}) open`,
);

/** The writes of the delivery table and the locked reads before them. */
@Injectable()
export class DeliveryRepository {
  /**
   * What could be offered to each of different devices now. One index probe for a device that has nothing.
   * @returns a list for each device, in their order
   */
  async openForDevices(
    manager: EntityManager,
    deviceIds: readonly DeviceId[],
  ): Promise<(readonly OfferCandidate[])[]> {
    const rows = await OPEN_FOR_DEVICES.run(manager, [deviceIds]);
    const open = new Map(deviceIds.map((deviceId): [DeviceId, OfferCandidate[]] => [deviceId, []]));
    for (const { deviceId, ...candidate } of rows) open.get(deviceId)?.push(candidate);
    return [...open.values()];
  }

  /** Locks deliveries, always in the order of their ids so that two transactions cannot deadlock. */
  lock(manager: EntityManager, deliveryIds: readonly DeliveryId[]): Promise<DeliveryEntity[]> {
    return manager.getRepository(DeliveryEntity).find({
      where: { deliveryId: In([...deliveryIds]) },
      order: { deliveryId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /**
   * Locks what is waiting or notified of a package on devices whose assignment or activation was withdrawn: nobody will
   * hear of it again once a new attempt begins.
   */
  lockAbandoned(
    manager: EntityManager,
    packageId: PackageId,
    deviceIds: readonly DeviceId[],
  ): Promise<DeliveryEntity[]> {
    return manager
      .getRepository(DeliveryEntity)
      .createQueryBuilder('d')
      .where('d.package_id = :packageId AND d.device_id = ANY (:deviceIds)', {
        packageId,
        deviceIds: [...deviceIds],
      })
      .andWhere(`d.state IN ('waiting', 'notified')`)
      .andWhere(
        `EXISTS (SELECT 1 FROM assignment s JOIN activation a ON a.activation_id = s.activation_id
          WHERE s.assignment_id = d.assignment_id AND (s.withdrawn_at IS NOT NULL OR a.withdrawn_at IS NOT NULL))`,
      )
      .orderBy('d.delivery_id', 'ASC')
      .setLock('pessimistic_write')
      .getMany();
  }

  /** Locks what is waiting or notified below the given assignments. */
  lockOpenOfAssignments(
    manager: EntityManager,
    assignmentIds: readonly AssignmentId[],
  ): Promise<DeliveryEntity[]> {
    return manager.getRepository(DeliveryEntity).find({
      where: { assignmentId: In([...assignmentIds]), state: In(['waiting', 'notified']) },
      order: { deliveryId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locks every attempt of the assignments, also those that ended. */
  lockAllOfAssignments(
    manager: EntityManager,
    assignmentIds: readonly AssignmentId[],
  ): Promise<DeliveryEntity[]> {
    return manager.getRepository(DeliveryEntity).find({
      where: { assignmentId: In([...assignmentIds]) },
      order: { deliveryId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locks what is waiting or notified below an activation. */
  lockOpenOfActivation(manager: EntityManager, activationId: ActivationId): Promise<DeliveryEntity[]> {
    return manager
      .getRepository(DeliveryEntity)
      .createQueryBuilder('d')
      .where('d.assignment_id IN (SELECT assignment_id FROM assignment WHERE activation_id = :activationId)')
      .andWhere(`d.state IN ('waiting', 'notified')`)
      .setParameter('activationId', activationId)
      .orderBy('d.delivery_id', 'ASC')
      .setLock('pessimistic_write')
      .getMany();
  }

  /**
   * Locks the attempt that a report is about: the one that the device had last been told of when it reported. A clock
   * that is behind must not lose a report, so an attempt told of later is better than none.
   */
  lockReported(
    manager: EntityManager,
    deviceId: DeviceId,
    fileId: FileId,
    at: Date,
  ): Promise<DeliveryEntity | null> {
    return manager
      .getRepository(DeliveryEntity)
      .createQueryBuilder('d')
      .where('d.device_id = :deviceId AND d.notified_at IS NOT NULL', { deviceId })
      .andWhere('d.package_id = (SELECT package_id FROM package WHERE file_id = :fileId)', { fileId })
      .orderBy('d.notified_at <= :at', 'DESC')
      .setParameter('at', at)
      .addOrderBy('d.notified_at', 'DESC')
      .addOrderBy('d.delivery_id', 'DESC')
      .limit(1)
      .setLock('pessimistic_write')
      .getOne();
  }

  async add(manager: EntityManager, deliveries: readonly DeliveryEntity[]): Promise<void> {
    const column = <Key extends keyof DeliveryEntity>(key: Key): DeliveryEntity[Key][] =>
      deliveries.map((delivery) => delivery[key]);
    await manager.query(
      `INSERT INTO delivery (delivery_id, assignment_id, package_id, device_id, attempt, force, schedule,
         post_command, assigned_by, state, created_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::boolean[],
         $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[])`,
      [
        column('deliveryId'),
        column('assignmentId'),
        column('packageId'),
        column('deviceId'),
        column('attempt'),
        column('force'),
        column('schedule'),
        column('postCommand'),
        column('assignedBy'),
        column('state'),
        column('createdAt'),
      ],
    );
  }

  /** Writes the statuses of deliveries that are locked. */
  async saveStatuses(manager: EntityManager, deliveries: readonly DeliveryEntity[]): Promise<void> {
    if (deliveries.length === 0) return;
    await manager.query(
      `UPDATE delivery SET state = n.state, code = n.code, notified_at = n.notified_at, ended_at = n.ended_at,
         reported_at = n.reported_at, retries = n.retries, set_aside = n.set_aside
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
         $7::integer[], $8::boolean[])
         AS n (delivery_id, state, code, notified_at, ended_at, reported_at, retries, set_aside)
       WHERE delivery.delivery_id = n.delivery_id`,
      [
        deliveries.map((delivery) => delivery.deliveryId),
        deliveries.map((delivery): DeliveryState => delivery.state),
        deliveries.map((delivery) => delivery.code),
        deliveries.map((delivery) => delivery.notifiedAt),
        deliveries.map((delivery) => delivery.endedAt),
        deliveries.map((delivery) => delivery.reportedAt),
        deliveries.map((delivery) => delivery.retries),
        deliveries.map((delivery) => delivery.setAside),
      ],
    );
  }
}
