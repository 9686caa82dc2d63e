import { deliveryChanged, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { GroupEvaluation } from './group-evaluation.js';

/** Each holds a connection for a while, and a PROLOG must not wait for one. */
const AT_ONCE = { atOnce: 4 };

/**
 * Keeps the projection of deliveries: one row for each assignment of a device, that of its newest attempt. Told twice
 * or out of order, the events end in the same row, so no inbox is needed.
 */
@Controller()
export class KeepDeliveryConsumer {
  constructor(
    private readonly database: DataSource,
    private readonly evaluation: GroupEvaluation,
  ) {}

  @Consumes(deliveryChanged, 'inventory.keep-delivery', AT_ONCE)
  async changed(@Payload() event: EventOf<typeof deliveryChanged>): Promise<void> {
    const { deviceId, deliveryId, assignmentId, packageId, fileId, attempt, state, code, at } = event;
    const left = await this.database.transaction(async (manager): Promise<{ id: string }[]> => {
      // Of one delivery that goes from device to device, each device's events are in order, but not all of them.
      await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('inventory.delivery.' || $1, 0))`, [
        deliveryId,
      ]);
      return manager.query(KEEP, [
        ...[deviceId, assignmentId, packageId, fileId],
        ...[attempt, state, code, at, deliveryId],
      ]);
    });
    // Also when nothing was written: the evaluation after an earlier try may have failed.
    await this.evaluation.noteDevices([deviceId, ...left.map(({ id }) => id)], { deliveries: true });
  }
}

// A delivery that follows its device through a merge is told again, with the other device. Two changes of one attempt may
// be of the same millisecond: then the one that can only come later counts.
const KEEP = `
  WITH left_behind AS (
    DELETE FROM device_delivery WHERE delivery_id = $9 AND device_id <> $1 AND changed_at <= $8 RETURNING device_id
  ), kept AS (
  INSERT INTO device_delivery AS known
    (device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
  WHERE NOT EXISTS (
    SELECT 1 FROM device_delivery WHERE delivery_id = $9 AND device_id <> $1 AND changed_at > $8)
  ON CONFLICT (device_id, assignment_id) DO UPDATE SET
    package_id = excluded.package_id, file_id = excluded.file_id, attempt = excluded.attempt,
    state = excluded.state, code = excluded.code, changed_at = excluded.changed_at,
    delivery_id = excluded.delivery_id
  WHERE excluded.attempt > known.attempt OR (excluded.attempt = known.attempt AND (
    excluded.changed_at > known.changed_at OR (excluded.changed_at = known.changed_at
      AND array_position('{waiting,notified,failed,succeeded,withdrawn,superseded}', excluded.state)
        >= array_position('{waiting,notified,failed,succeeded,withdrawn,superseded}', known.state))))
  )
  SELECT device_id AS id FROM left_behind`;
