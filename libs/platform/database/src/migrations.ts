import { Client } from 'pg';
import { connectionFlags, CONNECT_TIMEOUT_MS } from './connection-settings.js';

/**
 * Runs work while no other program migrates the same schema: several may start at once. The schema exists by then, and
 * it is made on a connection of its own, since one that is older than its schema may go on not finding it.
 */
export async function whileMigrating<Result>(
  url: string,
  schema: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    application_name: `entrepot-${schema}-migrations`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: connectionFlags(),
  });
  client.on('error', () => undefined); // A broken connection fails the query that needs it.
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`entrepot.migrations.${schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    return await work();
  } finally {
    await client.end(); // Gives the lock back.
  }
}

/** The `down()` of every migration: they only go forward. */
export function forwardOnly(): never {
  throw new Error('Migrations only go forward; restore a backup to go back.');
}
