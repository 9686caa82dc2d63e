import type { ActivationId, AssignmentId, DeliveryId, DeviceId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { PreparedStatement } from '@entrepot/platform-database';
import { In, type EntityManager } from 'typeorm';
import type { DeliveryState } from './delivery.js';
import { deliveryColumns } from './delivery-columns.js';
import { DeliveryEntity } from './delivery.entity.js';

const LOCK = new PreparedStatement<DeliveryEntity>(
  'lock-deliveries',
  `SELECT ${deliveryColumns('d')} FROM delivery d WHERE d.delivery_id = ANY ($1::uuid[])
   ORDER BY d.delivery_id FOR UPDATE`,
);

const LOCK_REPORTED = new PreparedStatement<DeliveryEntity>(
  'lock-reported-delivery',
  `SELECT ${deliveryColumns('d')} FROM delivery d JOIN assignment s ON s.assignment_id = d.assignment_id
   WHERE d.device_id = $1 AND d.notified_at IS NOT NULL
     AND d.package_id = (SELECT package_id FROM package WHERE file_id = $2)
   ORDER BY d.notified_at <= $3 DESC, d.notified_at DESC, d.delivery_id DESC
   LIMIT 1 FOR NO KEY UPDATE OF s, d`,
);

const SAVE_STATUSES = new PreparedStatement(
  'save-delivery-statuses',
  `UPDATE delivery SET state = n.state, code = n.code, notified_at = n.notified_at, ended_at = n.ended_at,
     reported_at = n.reported_at, retries = n.retries, set_aside = n.set_aside,
     held = CASE WHEN n.state = 'waiting' THEN delivery.held END
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
     $7::integer[], $8::boolean[])
     AS n (delivery_id, state, code, notified_at, ended_at, reported_at, retries, set_aside)
   WHERE delivery.delivery_id = n.delivery_id`,
);

/** The writes of the delivery table and the locked reads before them. */
@Injectable()
export class DeliveryRepository {
  /** Locks deliveries, always in the order of their ids so that two transactions cannot deadlock. */
  lock(manager: EntityManager, deliveryIds: readonly DeliveryId[]): Promise<DeliveryEntity[]> {
    return LOCK.run(manager, [deliveryIds]);
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

  /** Locks what is waiting or notified below the given assignments, however many these are. */
  lockOpenOfAssignments(
    manager: EntityManager,
    assignmentIds: readonly AssignmentId[],
  ): Promise<DeliveryEntity[]> {
    return manager
      .getRepository(DeliveryEntity)
      .createQueryBuilder('d')
      .where('d.assignment_id = ANY (:assignmentIds)', { assignmentIds: [...assignmentIds] })
      .andWhere(`d.state IN ('waiting', 'notified')`)
      .orderBy('d.delivery_id', 'ASC')
      .setLock('pessimistic_write')
      .getMany();
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

  /** Locks some of what is waiting below an activation. */
  lockWaitingOfActivation(
    manager: EntityManager,
    activationId: ActivationId,
    limit: number,
  ): Promise<DeliveryEntity[]> {
    return manager
      .getRepository(DeliveryEntity)
      .createQueryBuilder('d')
      .where('d.assignment_id IN (SELECT assignment_id FROM assignment WHERE activation_id = :activationId)')
      .andWhere(`d.state = 'waiting'`)
      .setParameter('activationId', activationId)
      .orderBy('d.delivery_id', 'ASC')
      .limit(limit)
      .setLock('pessimistic_write')
      .getMany();
  }

  /**
   * Locks the attempt that a report is about: the one that the device had last been told of when it reported. A clock
   * that is behind must not lose a report, so an attempt told of later is better than none. The assignment is locked
   * before it, as by all who make attempts, for the report may lead to the next one.
   */
  async lockReported(
    manager: EntityManager,
    deviceId: DeviceId,
    fileId: FileId,
    at: Date,
  ): Promise<DeliveryEntity | null> {
    const [found] = await LOCK_REPORTED.run(manager, [deviceId, fileId, at]);
    return found ?? null;
  }

  async add(manager: EntityManager, deliveries: readonly DeliveryEntity[]): Promise<void> {
    const column = <Key extends keyof DeliveryEntity>(key: Key): DeliveryEntity[Key][] =>
      deliveries.map((delivery) => delivery[key]);
    await manager.query(
      `INSERT INTO delivery (delivery_id, assignment_id, package_id, device_id, attempt, force, schedule,
         post_command, assigned_by, state, created_at, not_before, retry, held, ticket)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::boolean[],
         $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::integer[],
         $14::text[], $15::text[])`,
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
        column('notBefore'),
        column('retry'),
        column('held'),
        column('ticket'),
      ],
    );
  }

  /** Writes the statuses of deliveries that are locked. What no longer waits is not held any more. */
  async saveStatuses(manager: EntityManager, deliveries: readonly DeliveryEntity[]): Promise<void> {
    if (deliveries.length === 0) return;
    await SAVE_STATUSES.run(manager, [
      deliveries.map((delivery) => delivery.deliveryId),
      deliveries.map((delivery): DeliveryState => delivery.state),
      deliveries.map((delivery) => delivery.code),
      deliveries.map((delivery) => delivery.notifiedAt),
      deliveries.map((delivery) => delivery.endedAt),
      deliveries.map((delivery) => delivery.reportedAt),
      deliveries.map((delivery) => delivery.retries),
      deliveries.map((delivery) => delivery.setAside),
    ]);
  }
}
