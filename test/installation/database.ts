import { Client } from 'pg';
import type { Installation } from './installation.js';

/** Runs one query on the installation's database, past the API: what journeys assert about stored rows. */
export async function query<Row>(
  installation: Pick<Installation, 'databaseUrl'>,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: installation.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql, [...parameters])).rows as Row[];
  } finally {
    await client.end();
  }
}

/**
 * The physical version of each section's row of a device: transaction and place. It stays the same exactly as long as
 * nobody writes the row, whatever is written.
 */
export async function sectionVersions(
  installation: Pick<Installation, 'databaseUrl'>,
  deviceId: string,
): Promise<Record<string, string>> {
  const rows = await query<{ name: string; version: string }>(
    installation,
    `SELECT name, xmin::text || '/' || ctid::text AS version FROM inventory.section WHERE device_id = $1
     UNION ALL
     SELECT 'SOFTWARES', xmin::text || '/' || ctid::text FROM inventory.device_software WHERE device_id = $1`,
    [deviceId],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.version]));
}
