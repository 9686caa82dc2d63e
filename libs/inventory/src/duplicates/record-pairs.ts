import type { DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Match } from './match-devices.js';

/** Two devices that may be one machine, which somebody has to decide. */
export interface FoundPair {
  readonly deviceId: DeviceId;
  readonly otherId: DeviceId;
  readonly match: Match;
  readonly at: Date;
}

/**
 * Writes down pairs to decide, and takes from the list those of devices that were compared
 * anew and are no question any more. What
 * somebody has decided stays as it is.
 */
export async function recordPairs(
  manager: EntityManager,
  pairs: readonly FoundPair[],
  anew: readonly DeviceId[],
): Promise<void> {
  const columns = [pairs.map(({ deviceId }) => deviceId), pairs.map(({ otherId }) => otherId)];
  if (anew.length > 0) await manager.query(FORGET_PAIRS, [anew, ...columns]);
  if (pairs.length === 0) return;
  await manager.query(WRITE_PAIRS, [
    ...columns,
    pairs.map(() => uuidv7()),
    pairs.map(({ match }) => match.score),
    pairs.map(({ match }) => JSON.stringify(match.reasons)),
    pairs.map(({ at }) => at),
  ]);
}

/** Of the devices given, those that somebody or a machine's own inventories have told apart from this one. */
export async function toldApart(
  manager: EntityManager,
  deviceId: DeviceId,
  others: readonly DeviceId[],
): Promise<ReadonlySet<DeviceId>> {
  if (others.length === 0) return new Set();
  const rows: { readonly other: DeviceId }[] = await manager.query(
    `SELECT CASE WHEN older_id = $1 THEN newer_id ELSE older_id END AS other FROM duplicate_pair
     WHERE state = 'dismissed' AND ((older_id = $1 AND newer_id = ANY($2::uuid[]))
       OR (newer_id = $1 AND older_id = ANY($2::uuid[])))`,
    [deviceId, others],
  );
  return new Set(rows.map(({ other }) => other));
}

const FORGET_PAIRS = `
  DELETE FROM duplicate_pair p
  WHERE p.state = 'open' AND (p.older_id = ANY($1::uuid[]) OR p.newer_id = ANY($1::uuid[]))
    AND NOT EXISTS (SELECT 1 FROM unnest($2::uuid[], $3::uuid[]) AS f (one, other)
      WHERE (f.one, f.other) IN ((p.older_id, p.newer_id), (p.newer_id, p.older_id)))`;

const WRITE_PAIRS = `
  INSERT INTO duplicate_pair AS known (id, older_id, newer_id, score, reasons, state, found_at)
  SELECT DISTINCT ON (older.id, newer.id) f.id, older.id, newer.id, f.score, f.reasons, 'open', f.at
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::jsonb[], $6::timestamptz[])
    AS f (one_id, other_id, id, score, reasons, at)
  JOIN device one ON one.id = f.one_id JOIN device other ON other.id = f.other_id
  CROSS JOIN LATERAL (SELECT CASE WHEN (one.registered_at, one.id) < (other.registered_at, other.id)
    THEN one.id ELSE other.id END AS id) older
  CROSS JOIN LATERAL (SELECT CASE WHEN older.id = one.id THEN other.id ELSE one.id END AS id) newer
  WHERE one.id <> other.id AND NOT EXISTS (
    SELECT 1 FROM duplicate_pair d WHERE (d.older_id, d.newer_id) = (newer.id, older.id))
  ON CONFLICT (older_id, newer_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
  WHERE known.state = 'open'`;
