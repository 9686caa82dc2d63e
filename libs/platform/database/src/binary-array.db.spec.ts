import { useDatabase } from '@entrepot/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  byteaArray,
  int4Array,
  jsonbArray,
  openContextDatabase,
  PreparedStatement,
  textArray,
  timestampArray,
  uuidArray,
} from './index.js';

const used = useDatabase();
let database: DataSource;

beforeAll(async () => {
  database = await openContextDatabase({ url: used.url(), schema: 'trial', entities: [], migrations: [] });
});
afterAll(async () => {
  await database.destroy();
});

/** What the database understands of an array, element by element as text. */
async function understood(type: string, array: Buffer): Promise<(string | null)[]> {
  const statement = new PreparedStatement<{ read: (string | null)[] }>(
    `read-${type}`,
    `SELECT $1::${type}[]::text[] AS read`,
  );
  return (await statement.run(database, [array]))[0]?.read ?? [];
}

describe('an array in binary form', () => {
  it.each([
    ['int4', int4Array([0, -1, 2_147_483_647, -2_147_483_648]), ['0', '-1', '2147483647', '-2147483648']],
    ['int4', int4Array(new Int32Array([7])), ['7']],
    ['int4', int4Array([]), []],
    [
      'text',
      textArray(['', 'é \u{1f600}', '{"a,b"}', 'NULL', '\\']),
      ['', 'é \u{1f600}', '{"a,b"}', 'NULL', '\\'],
    ],
    ['text', textArray([]), []],
    ['jsonb', jsonbArray(['{"a": [1, "é"]}', 'null']), ['{"a": [1, "é"]}', 'null']],
    ['bytea', byteaArray([Buffer.from('00ff7b', 'hex'), Buffer.alloc(0)]), ['\\x00ff7b', '\\x']],
    ['uuid', uuidArray(['0195d0a0-0000-7000-8000-0000000000ff']), ['0195d0a0-0000-7000-8000-0000000000ff']],
    [
      'timestamp',
      timestampArray([0, null, -1, 252_455_615_999, -59_958_144_000]),
      ['2000-01-01 00:00:00', null, '1999-12-31 23:59:59', '9999-12-31 23:59:59', '0100-01-01 00:00:00'],
    ],
  ])('of %s is what was written', async (type, array, texts) => {
    expect(await understood(type, array)).toEqual(texts);
  });
});
