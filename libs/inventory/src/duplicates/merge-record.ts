import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import type { MovedBelongings } from './belongings.js';
import type { MatchReason } from './match-devices.js';

/** Why devices were merged: the agent said so, they were found to be one, or somebody did it. */
export type MergeCause = 'declared' | 'detected' | 'manual';

/** Everything that undoing a merge needs. */
export interface MovedByMerge extends MovedBelongings {
  /** The agents of the absorbed side when it was merged: its own, and those of what it had absorbed before. */
  readonly absorbedAgents: readonly AgentDeviceId[];
  /** The agent whose inventory each of the two had. */
  readonly survivorAgent: AgentDeviceId;
  readonly absorbedAgent: AgentDeviceId;
  readonly survivorState: 'active' | 'archived';
  readonly absorbedState: 'active' | 'archived';
  /** Whether the absorbed row was made by the merge, for what the device had of an earlier agent. */
  readonly adopted: boolean;
}

export interface MergeRecord {
  readonly id: string;
  readonly survivorId: DeviceId;
  readonly absorbedId: DeviceId;
  readonly cause: MergeCause;
  readonly score: number;
  readonly reasons: readonly MatchReason[];
  readonly moved: MovedByMerge;
  readonly mergedAt: Date;
  /** Null when Entrepot did it by itself. */
  readonly mergedBy: string | null;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

/** What is known of a merge before it is done. */
export type MergeGrounds = Pick<MergeRecord, 'cause' | 'score' | 'reasons' | 'mergedBy'>;

/** The columns of `device_merge m`. */
export const MERGE_COLUMNS = `m.id, m.survivor_id AS "survivorId", m.absorbed_id AS "absorbedId", m.cause, m.score,
  m.reasons, m.moved, m.merged_at AS "mergedAt", m.merged_by AS "mergedBy", m.undone_at AS "undoneAt",
  m.undone_by AS "undoneBy"`;

/** Reads a merge; null when there is none of that id. */
export async function readMerge(manager: EntityManager, mergeId: string): Promise<MergeRecord | null> {
  const rows: MergeRecord[] = await manager.query(
    `SELECT ${MERGE_COLUMNS} FROM device_merge m WHERE m.id = $1`,
    [mergeId],
  );
  return rows[0] ?? null;
}

/** The merges in force by which devices were absorbed, the first one first: in the order in which they took effect. */
export async function mergesOf(
  manager: EntityManager,
  absorbed: readonly DeviceId[],
): Promise<MergeRecord[]> {
  return manager.query(
    `SELECT ${MERGE_COLUMNS} FROM device_merge m
     WHERE m.absorbed_id = ANY($1::uuid[]) AND m.undone_at IS NULL ORDER BY m.ordinal`,
    [absorbed],
  );
}

/** Writes down a merge, and that the pair is no question any more. */
export async function writeMerge(
  manager: EntityManager,
  merge: Omit<MergeRecord, 'undoneAt' | 'undoneBy'>,
): Promise<void> {
  const { id, survivorId, absorbedId, cause, score, reasons, moved, mergedAt, mergedBy } = merge;
  await manager.query(WRITE_MERGE, [
    ...[id, survivorId, absorbedId, cause, score],
    ...[JSON.stringify(reasons), JSON.stringify(moved), mergedAt, mergedBy],
  ]);
}

/** Writes down that a merge is undone; the two are never merged by themselves again when it was `for good`. */
export async function writeUndoing(
  manager: EntityManager,
  merge: MergeRecord,
  newPairId: string,
  by: string | null,
  at: Date,
  forGood: boolean,
): Promise<void> {
  await manager.query('UPDATE device_merge SET undone_at = $2, undone_by = $3 WHERE id = $1', [
    merge.id,
    at,
    by,
  ]);
  if (!forGood) return;
  await manager.query(DISMISS, [
    ...[newPairId, merge.survivorId, merge.absorbedId, merge.score],
    ...[JSON.stringify(merge.reasons), at, by],
  ]);
}

const WRITE_MERGE = `
  WITH merge AS (
    INSERT INTO device_merge (id, survivor_id, absorbed_id, cause, score, reasons, moved, merged_at, merged_by)
    VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6, $7, $8::timestamptz, $9::text)
  )
  UPDATE duplicate_pair SET state = 'merged', decided_at = $8, decided_by = $9
  WHERE (older_id, newer_id) IN (($2, $3), ($3, $2))`;

// Of two devices the survivor is as a rule the older one; there may be a pair the other way round.
const DISMISS = `
  WITH known AS (
    UPDATE duplicate_pair SET state = 'dismissed', decided_at = $6::timestamptz, decided_by = $7::text
    WHERE (older_id, newer_id) IN (($2::uuid, $3::uuid), ($3::uuid, $2::uuid)) RETURNING 1
  )
  INSERT INTO duplicate_pair (id, older_id, newer_id, score, reasons, state, found_at, decided_at, decided_by)
  SELECT $1::uuid, $2::uuid, $3::uuid, $4::int, $5::jsonb, 'dismissed', $6, $6, $7
  WHERE NOT EXISTS (SELECT 1 FROM known)`;
