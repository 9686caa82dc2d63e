import { openContextDatabase } from '@entrepot/platform-database';
import { useDatabase } from '@entrepot/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/index.js';
import { CompileCriteria } from './compile-criteria.js';
import type { Criteria } from './criteria.js';
import { FieldValueDictionary } from './field-value-dictionary.js';
import { ReadKnownValues } from './known-values.js';
import { MatchSoftware } from './match-software.js';

const used = useDatabase();
const DEVICE = '0195d0a0-0000-7000-8000-000000000001';
let database: DataSource;

async function open(migrations: typeof MIGRATIONS): Promise<DataSource> {
  return openContextDatabase({ url: used.url(), schema: 'inventory', entities: [], migrations });
}

async function store(section: string, rows: readonly object[]): Promise<void> {
  await database.query(
    `INSERT INTO section (device_id, name, digest, rows, row_count, updated_at) VALUES ($1, $2, '', $3, 1, now())
     ON CONFLICT (device_id, name) DO UPDATE SET rows = excluded.rows`,
    [DEVICE, section, JSON.stringify(rows)],
  );
}

/** What the database can be asked, so that indexes may answer; `@>` in it tells that they do. */
async function conditionOf(criteria: Criteria): Promise<{ condition: string; found: number }> {
  const compile = new CompileCriteria(new ReadKnownValues(database), new MatchSoftware(database));
  const { condition, parameters } = await compile.execute(criteria);
  const rows: unknown[] = await database.query(`SELECT FROM device d WHERE ${condition}`, [...parameters]);
  return { condition, found: rows.length };
}

async function fieldOf(
  section: string,
): Promise<{ letters: number; open: boolean; values: number } | undefined> {
  const rows: { letters: number; open: boolean; values: number }[] = await database.query(
    `SELECT letters, open, (SELECT count(*)::int FROM search_value WHERE field_id = f.id) AS values
     FROM search_field f WHERE section = $1`,
    [section],
  );
  return rows[0];
}

beforeAll(async () => {
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name.startsWith('Search')),
  );
  database = await open(before);
  await database.query(
    `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
     VALUES ($1, 'x', 'x', '', '', '', '{}', now())`,
    [DEVICE],
  );
  await store('BIOS', [{ SMODEL: 'Stored before', SSN: null }]);
  await store('BITLOCKER', [{ STATUS: 'On', SIZE: 5 }]);
  await database.destroy();
  database = await open(MIGRATIONS);
});

afterAll(async () => {
  await database.destroy();
});

describe('the migration', () => {
  it('keeps the sections that were stored, in their partitions, and knows their values', async () => {
    const stored: { name: string; place: string }[] = await database.query(
      `SELECT name, tableoid::regclass::text AS place FROM section ORDER BY name`,
    );
    expect(stored).toEqual([
      { name: 'BIOS', place: 'section_bios' },
      { name: 'BITLOCKER', place: 'section_other' },
    ]);
    const model: Criteria = { section: 'BIOS', field: 'SMODEL', operator: 'contains', value: 'BEFORE' };
    expect(await conditionOf(model)).toMatchObject({
      condition: expect.stringContaining('@>') as unknown,
      found: 1,
    });
    await database.query('DELETE FROM device');
    expect(await database.query('SELECT FROM section')).toEqual([]);
    await database.query(
      `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
       VALUES ($1, 'x', 'x', '', '', '', '{}', now())`,
      [DEVICE],
    );
  });
});

describe('the dictionary of values', () => {
  it('has nothing to do for what it knows, in this process or another', async () => {
    const rows = [{ A: 'one', B: 2, C: null, D: '' }];
    const dictionary = new FieldValueDictionary(database);
    await dictionary.learn([{ name: 'KNOWN', rows }]);
    expect(dictionary.learn([{ name: 'KNOWN', rows }])).toBeUndefined();
    await new FieldValueDictionary(database).learn([{ name: 'KNOWN', rows }]);
    const fields: unknown[] = await database.query(`SELECT FROM search_field WHERE section = 'KNOWN'`);
    expect(fields).toHaveLength(2);
  });

  it('takes the same news from many at once', async () => {
    const dictionaries = Array.from({ length: 8 }, () => new FieldValueDictionary(database));
    const rows = Array.from({ length: 50 }, (_, at) => ({ [`F${at % 7}`]: `value ${at}`, [`G${at}`]: at }));
    const learn = async (one: FieldValueDictionary, at: number): Promise<void> => {
      await one.learn([{ name: 'MANY', rows: at % 2 === 0 ? rows : rows.toReversed() }]);
    };
    await Promise.all(dictionaries.map(learn));
    const [count]: { n: number }[] = await database.query(
      `SELECT count(*)::int AS n FROM search_value v JOIN search_field f ON f.id = v.field_id WHERE f.section = 'MANY'`,
    );
    expect(count?.n).toBe(100);
  });

  it('gives up listing a field with thousands of values, or long ones, and searches stay right', async () => {
    const dictionary = new FieldValueDictionary(database);
    const rows = Array.from({ length: 2_100 }, (_, at) => ({ MAC: `AA:${at}` }));
    await dictionary.learn([{ name: 'OPEN', rows }]);
    expect(await fieldOf('OPEN')).toMatchObject({ open: true, letters: 1 });
    await dictionary.learn([{ name: 'LONG', rows: [{ TEXT: 'x'.repeat(256) }, { TEXT: '\ud800' }] }]);
    expect(await fieldOf('LONG')).toMatchObject({ open: true, values: 0 });
    const ask = (value: string): Promise<{ condition: string; found: number }> =>
      conditionOf({ section: 'OPEN', field: 'MAC', operator: 'equal', value });

    await dictionary.learn([{ name: 'OPEN', rows: [{ MAC: 'AA:NEW' }] }]);
    await store('OPEN', [{ MAC: 'AA:NEW' }]);
    expect(await ask('aa:new')).toMatchObject({
      condition: expect.stringContaining('@>') as unknown,
      found: 1,
    });
    await dictionary.learn([{ name: 'OPEN', rows: [{ MAC: 'aa:small' }] }]);
    await store('OPEN', [{ MAC: 'aa:small' }]);
    expect((await ask('AA:Small')).found).toBe(1);
    await dictionary.learn([{ name: 'OPEN', rows: [{ MAC: 'Aa:Both' }] }]);
    await store('OPEN', [{ MAC: 'Aa:Both' }]);
    expect(await ask('AA:BOTH')).toMatchObject({
      condition: expect.not.stringContaining('@>') as unknown,
      found: 1,
    });
    expect(dictionary.learn([{ name: 'OPEN', rows: [{ MAC: 'xX:anything' }] }])).toBeUndefined();
  });

  it('bears what agents make up as names', async () => {
    const dictionary = new FieldValueDictionary(database);
    const rows = [
      Object.assign(Object.create(null) as object, { constructor: 'a', __proto__: 'b', "o'c": 'd' }),
    ];
    await dictionary.learn([
      { name: 'constructor', rows: rows as never },
      { name: 'x'.repeat(65), rows: [{ A: 'b' }] },
      { name: 'LONGFIELD', rows: [{ ['y'.repeat(65)]: 'b' }] },
    ]);
    expect(await fieldOf('LONGFIELD')).toBeUndefined();
    expect(await fieldOf('constructor')).toBeDefined();
  });
});
