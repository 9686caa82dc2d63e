import { useDatabase } from '@entrepot/testing';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { forwardOnly, openContextDatabase } from './index.js';

class First1 implements MigrationInterface {
  name = 'First1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE trial.thing (n int)');
    await runner.query('INSERT INTO trial.thing VALUES (1)');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

class Second2 implements MigrationInterface {
  name = 'Second1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('INSERT INTO trial.thing VALUES (2)');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

class Broken3 implements MigrationInterface {
  name = 'Broken1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('INSERT INTO trial.thing VALUES (3)');
    await runner.query('SELECT nonsense');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

const used = useDatabase();
const open: DataSource[] = [];

async function openTrial(...migrations: (new () => MigrationInterface)[]): Promise<DataSource> {
  const database = await openContextDatabase({
    url: used.url(),
    poolSize: 2,
    schema: 'trial',
    entities: [],
    migrations,
  });
  open.push(database);
  return database;
}

async function things(database: DataSource): Promise<number[]> {
  const rows: { n: number }[] = await database.query('SELECT n FROM thing ORDER BY n');
  return rows.map((row) => row.n);
}

afterEach(async () => {
  for (const database of open.splice(0)) await database.destroy();
});

describe('the database of a context', () => {
  it('is migrated once when five programs start at the same moment', async () => {
    const databases = await Promise.all(Array.from({ length: 5 }, () => openTrial(First1)));
    for (const database of databases) expect(await things(database)).toEqual([1]);
  });

  it('gets only the migrations it lacks', async () => {
    await openTrial(First1);
    expect(await things(await openTrial(First1, Second2))).toEqual([1, 2]);
  });

  it('keeps nothing of a migration that fails, says why, and lets the next start try', async () => {
    await expect(openTrial(First1, Second2, Broken3)).rejects.toThrow('nonsense');
    expect(await things(await openTrial(First1, Second2))).toEqual([1, 2]);
  });

  it('sees its own schema first', async () => {
    const database = await openTrial(First1, Second2);
    const [row]: { schema: string }[] = await database.query('SELECT current_schema() AS schema');
    expect(row?.schema).toBe('trial');
  });

  it('refuses a schema name that is none', async () => {
    const opening = openContextDatabase({ url: used.url(), schema: 'a; DROP', entities: [], migrations: [] });
    await expect(opening).rejects.toThrow('Not a schema name');
  });
});
