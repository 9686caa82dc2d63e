import type { DeliveryId, DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { HeldReason } from '../deliveries/delivery.js';
import type { OfferCandidate } from './choose-offers.js';

/** Candidates read per PROLOG at the most, so that a device with a huge backlog cannot slow the others. */
const CANDIDATES_PER_PROLOG = 200;

// Told deliveries and waiting ones do not push each other out, nor do waiting ones whose turn it is not those whose turn it is.
const OPEN_FOR_DEVICES = new PreparedStatement<
  OfferCandidate & { readonly deviceId: DeviceId; readonly place: string }
>(
  'open-for-devices',
  `SELECT device_id AS "deviceId", open.* FROM unnest($1::uuid[]) AS given (device_id)
   CROSS JOIN LATERAL (
     SELECT d.delivery_id AS "deliveryId", d.assignment_id AS "assignmentId", s.activation_id AS "activationId",
       d.state, p.file_id AS "fileId", p.priority, p.protocol, p.damaged_at IS NOT NULL AS damaged,
       d.created_at AS "createdAt", d.notified_at AS "notifiedAt", a.info_location AS "infoLocation",
       a.fragment_location AS "fragmentLocation", d.ticket, d.force, d.schedule, d.post_command AS "postCommand",
       d.held, s.repeat IS NOT NULL AS repeats, b.file_id AS "afterFileId", prior.state AS "afterState",
       prior.force AS "afterForce",
       row_number() OVER (PARTITION BY d.state ORDER BY
         p.damaged_at IS NOT NULL OR s.after_package_id IS NOT NULL AND prior.state IS DISTINCT FROM 'succeeded',
         p.priority, d.created_at, d.delivery_id) AS place
     FROM delivery d
     JOIN assignment s ON s.assignment_id = d.assignment_id AND s.withdrawn_at IS NULL
     JOIN activation a ON a.activation_id = s.activation_id AND a.withdrawn_at IS NULL
     JOIN package p ON p.package_id = d.package_id
     LEFT JOIN package b ON b.package_id = s.after_package_id
     LEFT JOIN LATERAL (
       SELECT e.state, e.force FROM delivery e
       WHERE e.device_id = d.device_id AND e.package_id = s.after_package_id
         AND e.state NOT IN ('withdrawn', 'superseded') AND (e.not_before IS NULL OR e.not_before <= $2)
       ORDER BY e.created_at DESC, e.delivery_id DESC LIMIT 1) prior ON s.after_package_id IS NOT NULL
     WHERE d.device_id = given.device_id AND d.state IN ('waiting', 'notified')
       AND d.archive_id IS NULL AND (d.not_before IS NULL OR d.not_before <= $2)) open
   WHERE open.place <= ${CANDIDATES_PER_PROLOG}`,
);

const HOLD = new PreparedStatement(
  'hold-deliveries',
  `UPDATE delivery SET held = n.held FROM unnest($1::uuid[], $2::text[]) AS n (delivery_id, held)
   WHERE delivery.delivery_id = n.delivery_id AND delivery.delivery_id IN (
     SELECT delivery_id FROM delivery WHERE delivery_id = ANY ($1::uuid[]) AND state = 'waiting'
     FOR NO KEY UPDATE SKIP LOCKED)`,
);

/** The statements of PROLOGs, which lock nothing. */
@Injectable()
export class OfferRepository {
  /**
   * What could be offered to each of different devices now. One index probe for a device that has nothing.
   * @returns a list for each device, in their order
   */
  async openForDevices(
    manager: EntityManager,
    deviceIds: readonly DeviceId[],
    now: Date,
  ): Promise<(readonly OfferCandidate[])[]> {
    const rows = await OPEN_FOR_DEVICES.run(manager, [deviceIds, now]);
    const open = new Map(deviceIds.map((deviceId): [DeviceId, OfferCandidate[]] => [deviceId, []]));
    for (const row of rows) open.get(row.deviceId)?.push(row);
    return [...open.values()];
  }

  /** Writes why deliveries wait. What somebody else is changing just now, or has changed, is left to him. */
  async hold(manager: EntityManager, held: ReadonlyMap<DeliveryId, HeldReason>): Promise<void> {
    await HOLD.run(manager, [[...held.keys()], [...held.values()]]);
  }
}
