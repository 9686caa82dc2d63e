import type { DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { DataSource, EntityManager } from 'typeorm';
import { canonicalRow, digestOf, type CanonicalSection, type StoredRow } from './canonical-section.js';
import type { PackedSoftware } from './software-list.js';

/** Journal entries kept per device; the oldest go first. */
const JOURNAL_LIMIT = 1_000;

const WRITE_SECTIONS = new PreparedStatement(
  'write-sections',
  `INSERT INTO section (device_id, name, digest, rows, row_count, updated_at)
   SELECT $1::uuid, s.name, s.digest, s.rows, s.row_count, $6::timestamptz
   FROM unnest($2::text[], $3::bytea[], $4::jsonb[], $5::int[]) AS s (name, digest, rows, row_count)
   ON CONFLICT (device_id, name) DO UPDATE SET
     digest = excluded.digest, rows = excluded.rows, row_count = excluded.row_count,
     updated_at = excluded.updated_at`,
);

const WRITE_SOFTWARE = new PreparedStatement(
  'write-software',
  `INSERT INTO device_software (device_id, digest, software_ids, details, updated_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (device_id) DO UPDATE SET digest = excluded.digest, software_ids = excluded.software_ids,
     details = excluded.details, updated_at = excluded.updated_at`,
);

/** Writes the sections given, whole, in one statement. */
export async function writeSections(
  manager: EntityManager,
  deviceId: DeviceId,
  sections: readonly CanonicalSection[],
  at: Date,
): Promise<void> {
  if (sections.length === 0) return;
  await WRITE_SECTIONS.run(manager, [
    deviceId,
    sections.map((section) => section.name),
    sections.map((section) => section.digest),
    sections.map((section) => section.rows),
    sections.map((section) => section.rowCount),
    at,
  ]);
}

/** Removes sections of which nothing is left on the device. */
export async function deleteSections(
  manager: EntityManager,
  deviceId: DeviceId,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await manager.query('DELETE FROM section WHERE device_id = $1 AND name = ANY($2::text[])', [
    deviceId,
    names,
  ]);
}

/** Writes the software of a device, whole. */
export async function writeSoftware(
  manager: EntityManager,
  deviceId: DeviceId,
  software: PackedSoftware,
  at: Date,
): Promise<void> {
  await WRITE_SOFTWARE.run(manager, [deviceId, software.digest, software.ids, software.details, at]);
}

/**
 * Appends to the device's journal what is not in it yet: agents send entries again.
 * @returns how many were new
 */
export async function appendJournal(
  manager: EntityManager,
  deviceId: DeviceId,
  entries: readonly StoredRow[],
  at: Date,
): Promise<number> {
  const latest = entries.slice(-JOURNAL_LIMIT).map(canonicalRow);
  const added: unknown[] = await manager.query(
    `INSERT INTO journal_entry (device_id, digest, entry, received_at)
     SELECT $1::uuid, e.digest, e.entry, $4::timestamptz
     FROM unnest($2::bytea[], $3::jsonb[]) AS e (digest, entry)
     ON CONFLICT (device_id, digest) DO NOTHING RETURNING 1`,
    [deviceId, latest.map((text) => digestOf([text])), latest, at],
  );
  if (added.length > 0) {
    await manager.query(
      `DELETE FROM journal_entry WHERE id IN
         (SELECT id FROM journal_entry WHERE device_id = $1 ORDER BY id DESC OFFSET $2)`,
      [deviceId, JOURNAL_LIMIT],
    );
  }
  return added.length;
}

/** The names of those whose JSON this PostgreSQL would refuse. */
export async function refusedByPostgres(
  database: DataSource,
  candidates: readonly { readonly name: string; readonly rows: string }[],
): Promise<Set<string>> {
  const rows: { readonly name: string }[] = await database.query(
    `SELECT c.name FROM unnest($1::text[], $2::text[]) AS c (name, rows) WHERE NOT pg_input_is_valid(c.rows, 'jsonb')`,
    [candidates.map((candidate) => candidate.name), candidates.map((candidate) => candidate.rows)],
  );
  return new Set(rows.map((row) => row.name));
}
