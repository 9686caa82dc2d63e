import type { DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MergedDevices, type StandingMerge } from './merged-devices.js';

const LOCK = `hashtextextended('activation.merges', 0)`;

/** What is heard of a merge or of its undoing. */
interface HeardMerge {
  readonly mergeId: string;
  readonly survivorId: DeviceId | null;
  readonly absorbedId: DeviceId;
  readonly at: Date;
}

/** The merges of devices as inventory tells them. */
@Injectable()
export class DeviceMergeRepository {
  /** Lets merges wait until the transaction ends; others who assign go on. */
  async holdOff(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock_shared(${LOCK})`);
  }

  /** Waits for whoever assigns and for other merges, and lets them wait until the transaction ends. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
  }

  /** @returns whether the merge is in force: not when its undoing was heard of before */
  async keepMerged(manager: EntityManager, merge: HeardMerge): Promise<boolean> {
    const rows: { standing: boolean }[] = await manager.query(
      `INSERT INTO device_merge (merge_id, survivor_id, absorbed_id, merged_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (merge_id) DO UPDATE SET survivor_id = excluded.survivor_id, merged_at = excluded.merged_at
       RETURNING undone_at IS NULL AS standing`,
      [merge.mergeId, merge.survivorId, merge.absorbedId, merge.at],
    );
    return rows[0]?.standing === true;
  }

  /** Also for a merge that was not heard of yet. */
  async keepUndone(manager: EntityManager, merge: HeardMerge): Promise<void> {
    await manager.query(
      `INSERT INTO device_merge (merge_id, survivor_id, absorbed_id, undone_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (merge_id) DO UPDATE SET undone_at = excluded.undone_at`,
      [merge.mergeId, merge.survivorId, merge.absorbedId, merge.at],
    );
  }

  /** Every device that is merged with one of the given, over however many merges, and those themselves. */
  async around(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<DeviceId[]> {
    const rows: { deviceId: DeviceId }[] = await manager.query(
      `WITH RECURSIVE merged (device_id) AS (
         SELECT unnest($1::uuid[])
         UNION
         SELECT CASE WHEN m.absorbed_id = merged.device_id THEN m.survivor_id ELSE m.absorbed_id END
         FROM merged JOIN device_merge m ON m.absorbed_id = merged.device_id OR m.survivor_id = merged.device_id
         WHERE m.undone_at IS NULL)
       SELECT device_id AS "deviceId" FROM merged`,
      [deviceIds],
    );
    return rows.map((row) => row.deviceId);
  }

  /** Who holds what belongs to the given devices. */
  async holders(manager: EntityManager, deviceIds: readonly DeviceId[]): Promise<MergedDevices> {
    const merges: StandingMerge[] = await manager.query(
      `WITH RECURSIVE onwards AS (
         SELECT * FROM device_merge WHERE undone_at IS NULL AND absorbed_id = ANY ($1::uuid[])
         UNION
         SELECT m.* FROM onwards JOIN device_merge m ON m.absorbed_id = onwards.survivor_id
         WHERE m.undone_at IS NULL)
       SELECT merge_id AS "mergeId", survivor_id AS "survivorId", absorbed_id AS "absorbedId",
         merged_at AS "mergedAt"
       FROM onwards`,
      [deviceIds],
    );
    return new MergedDevices(merges);
  }
}
