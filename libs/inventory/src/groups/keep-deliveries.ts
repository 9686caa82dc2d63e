import type { deliveryChanged, EventOf } from '@entrepot/contracts';
import { Coalescer } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isStatementRefused } from './statement-refused.js';

type Told = EventOf<typeof deliveryChanged>;

/** As many as one statement takes: those that come together are written together. */
export const KEPT_AT_ONCE = 64;

/**
 * Keeps the projection of deliveries: one row for each assignment of a device, that of its newest attempt. Each PROLOG
 * that tells a device of something, and each result, comes by here, so one transaction takes all that are told meanwhile.
 */
@Injectable()
export class KeepDeliveries {
  private readonly work = new Coalescer<Told, PromiseSettledResult<readonly string[]>>(
    (told) => this.keepAll(told),
    { maxKeys: KEPT_AT_ONCE },
  );

  constructor(private readonly database: DataSource) {}

  /**
   * Resolves after the commit.
   * @returns other devices that had the delivery until now
   * @throws the driver's error: call again
   */
  async execute(told: Told): Promise<readonly string[]> {
    const kept = await this.work.get(told);
    if (kept.status === 'rejected') throw kept.reason;
    return kept.value;
  }

  /** @throws the driver's error, about none of them in particular */
  private async keepAll(told: readonly Told[]): Promise<PromiseSettledResult<readonly string[]>[]> {
    if (areApart(told)) {
      try {
        const left = await this.keep(told);
        return told.map(({ deliveryId }) => ({ status: 'fulfilled', value: left.get(deliveryId) ?? [] }));
      } catch (error) {
        if (told.length === 1 || !isStatementRefused(error)) throw error;
      }
    }
    // Two are about the same row, or one cannot be kept, which must not keep the others from it.
    const settled: PromiseSettledResult<readonly string[]>[] = [];
    for (const one of told) settled.push(await this.keepOne(one));
    return settled;
  }

  private async keepOne(told: Told): Promise<PromiseSettledResult<readonly string[]>> {
    try {
      return { status: 'fulfilled', value: (await this.keep([told])).get(told.deliveryId) ?? [] };
    } catch (error) {
      if (!isStatementRefused(error)) throw error;
      return { status: 'rejected', reason: error };
    }
  }

  private async keep(told: readonly Told[]): Promise<Map<string, string[]>> {
    const column = <Key extends keyof Told>(key: Key): Told[Key][] => told.map((one) => one[key]);
    const rows = await this.database.transaction(
      async (manager): Promise<{ deliveryId: string; deviceId: string }[]> => {
        // Of one delivery that goes from device to device, each device's events are in order, but not all of them.
        await manager.query(LOCK, [column('deliveryId')]);
        return manager.query(KEEP, [
          ...[column('deviceId'), column('assignmentId'), column('packageId'), column('fileId')],
          ...[column('attempt'), column('state'), column('code'), column('at'), column('deliveryId')],
        ]);
      },
    );
    const left = new Map<string, string[]>();
    for (const { deliveryId, deviceId } of rows)
      left.set(deliveryId, [...(left.get(deliveryId) ?? []), deviceId]);
    return left;
  }
}

/** Whether no two are about the same row or the same delivery, of which one statement can write only one. */
function areApart(told: readonly Told[]): boolean {
  const deliveries = new Set(told.map(({ deliveryId }) => deliveryId));
  const rows = new Set(told.map(({ deviceId, assignmentId }) => `${deviceId} ${assignmentId}`));
  return deliveries.size === told.length && rows.size === told.length;
}

// In one order, or two that lock the same deliveries would wait for each other.
const LOCK = `
  SELECT pg_advisory_xact_lock(lock) FROM (
    SELECT DISTINCT hashtextextended('inventory.delivery.' || delivery_id, 0) AS lock
    FROM unnest($1::text[]) AS delivery_id ORDER BY lock OFFSET 0) locks`;

// A delivery that follows its device through a merge is told again, with the other device. Two changes of one attempt may
// be of the same millisecond: then the one that can only come later counts. Planned each time, with the table as large as
// it has become.
const KEEP = `
  WITH told AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[],
      $8::timestamptz[], $9::uuid[])
      AS t (device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id)
  ), left_behind AS (
    DELETE FROM device_delivery known USING told
    WHERE known.delivery_id = told.delivery_id AND known.device_id <> told.device_id
      AND known.changed_at <= told.changed_at
    RETURNING known.delivery_id, known.device_id
  ), kept AS (
  INSERT INTO device_delivery AS known
    (device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id)
  SELECT device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id FROM told
  WHERE NOT EXISTS (
    SELECT 1 FROM device_delivery other WHERE other.delivery_id = told.delivery_id
      AND other.device_id <> told.device_id AND other.changed_at > told.changed_at)
  ORDER BY device_id, assignment_id
  ON CONFLICT (device_id, assignment_id) DO UPDATE SET
    package_id = excluded.package_id, file_id = excluded.file_id, attempt = excluded.attempt,
    state = excluded.state, code = excluded.code, changed_at = excluded.changed_at,
    delivery_id = excluded.delivery_id
  WHERE excluded.attempt > known.attempt OR (excluded.attempt = known.attempt AND (
    excluded.changed_at > known.changed_at OR (excluded.changed_at = known.changed_at
      AND array_position('{waiting,notified,failed,succeeded,withdrawn,superseded}', excluded.state)
        >= array_position('{waiting,notified,failed,succeeded,withdrawn,superseded}', known.state))))
  )
  SELECT delivery_id AS "deliveryId", device_id AS "deviceId" FROM left_behind`;
