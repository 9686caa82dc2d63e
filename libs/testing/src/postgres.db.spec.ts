import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, useDatabase, type RunningPostgres } from './index.js';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres.stop();
  });

  it('speaks UTF-8 whatever the locale of the machine is, and keeps fsync on', async () => {
    expect(await query(postgres.url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(postgres.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('keeps committed rows across a clean restart on the same port', async () => {
    const url = await postgres.createDatabase();
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await postgres.halt();
    await expect(query(url, 'SELECT n FROM kept')).rejects.toThrow(/ECONNREFUSED/);
    await postgres.start();
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('keeps committed rows when it is killed and started again at once', async () => {
    const url = await postgres.createDatabase('killed');
    await query(url, 'CREATE TABLE kept AS SELECT 2 AS n');
    await postgres.kill();
    await postgres.start();
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 2 }]);
  });

  it('removes its data when it is stopped, and may be stopped twice', async () => {
    const other = await startPostgres({ durable: false });
    const [row] = (await query(other.url, 'SHOW data_directory')) as { data_directory: string }[];
    expect(existsSync(row!.data_directory)).toBe(true);
    await other.stop();
    await other.stop();
    expect(existsSync(row!.data_directory)).toBe(false);
  });
});

describe('useDatabase', () => {
  const database = useDatabase();

  it('gives an empty database on a server that does not wait for the disk', async () => {
    expect(await query(database.url(), 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(database.url(), `SELECT relname FROM pg_stat_user_tables`)).toEqual([]);
  });
});
