import type { DeviceId } from '@entrepot/kernel';
import {
  byteaArray,
  int4Array,
  jsonbArray,
  PreparedStatement,
  textArray,
  uuidArray,
} from '@entrepot/platform-database';
import type { DataSource, EntityManager } from 'typeorm';
import type { CanonicalSection, StoredRow } from './canonical-section.js';

/** A section of one device. */
export interface SectionName {
  readonly deviceId: DeviceId;
  readonly name: string;
}

/** Writes the sections given, whole, in one statement. */
export async function writeSections(
  manager: EntityManager,
  sections: readonly (SectionName & Omit<CanonicalSection, 'compared'>)[],
  at: Date,
): Promise<void> {
  if (sections.length === 0) return;
  await WRITE_SECTIONS.run(manager, [
    ...nameParameters(sections),
    byteaArray(sections.map(({ digest }) => digest)),
    jsonbArray(sections.map(({ rows }) => rows)),
    int4Array(sections.map(({ rowCount }) => rowCount)),
    at,
  ]);
}

/** Removes sections of which nothing is left on their devices. */
export async function deleteSections(
  manager: EntityManager,
  sections: readonly SectionName[],
): Promise<void> {
  if (sections.length > 0) await DELETE_SECTIONS.run(manager, nameParameters(sections));
}

/** Reads the rows of sections before they are written; what there is not is left out. */
export async function readSections(
  manager: EntityManager,
  sections: readonly SectionName[],
): Promise<(SectionName & { readonly rows: readonly StoredRow[] })[]> {
  return sections.length === 0 ? [] : READ_SECTIONS.run(manager, nameParameters(sections));
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

function nameParameters(sections: readonly SectionName[]): Buffer[] {
  return [uuidArray(sections.map(({ deviceId }) => deviceId)), textArray(sections.map(({ name }) => name))];
}

const WRITE_SECTIONS = new PreparedStatement(
  'write-sections',
  `INSERT INTO section (device_id, name, digest, rows, row_count, updated_at)
   SELECT s.*, $6::timestamptz FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::jsonb[], $5::int[]) AS s
   ON CONFLICT (device_id, name) DO UPDATE SET
     digest = excluded.digest, rows = excluded.rows, row_count = excluded.row_count,
     updated_at = excluded.updated_at`,
);

const DELETE_SECTIONS = new PreparedStatement(
  'delete-sections',
  `DELETE FROM section s USING unnest($1::uuid[], $2::text[]) AS g (device_id, name)
   WHERE s.device_id = g.device_id AND s.name = g.name`,
);

// Arrays behind a SELECT, or a plan for their very length would be made anew each time; LIMIT, or that plan might read the
// whole table, which was small when it was made.
const READ_SECTIONS = new PreparedStatement<SectionName & { readonly rows: readonly StoredRow[] }>(
  'read-sections',
  `SELECT s.device_id AS "deviceId", s.name, s.rows
   FROM unnest((SELECT $1::uuid[]), (SELECT $2::text[])) AS a (device_id, name)
   CROSS JOIN LATERAL (
     SELECT * FROM section o WHERE o.device_id = a.device_id AND o.name = a.name LIMIT 1
   ) s`,
);
