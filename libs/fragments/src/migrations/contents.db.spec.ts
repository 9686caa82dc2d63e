import { openContextDatabase } from '@entrepot/platform-database';
import { useDatabase } from '@entrepot/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { Contents1795305600000 } from './20261122-contents.js';
import { FragmentsSchema } from './fragments-schema.js';

const used = useDatabase();
let database: DataSource;

const open = (migrations: (typeof FragmentsSchema | typeof Contents1795305600000)[]): Promise<DataSource> =>
  openContextDatabase({ url: used.url(), schema: 'fragments', entities: [], migrations });

/** A thousand packages of ninety-nine fragments, of which every third is the same everywhere. */
const PUBLISHED = `
  INSERT INTO published_blob (file_id, name, size, sha256)
  SELECT 1700000000 + p, CASE n WHEN 0 THEN 'info' ELSE 1700000000 + p || '-' || n END, 1000 + n,
    encode(sha256(CASE WHEN n % 3 = 1 THEN n::text ELSE p || '-' || n END::bytea), 'hex')
  FROM generate_series(1, 1000) AS p, generate_series(0, 99) AS n`;

beforeAll(async () => {
  const before = await open([FragmentsSchema]);
  await before.query(PUBLISHED);
  await before.destroy();
  database = await open([FragmentsSchema, Contents1795305600000]);
});

afterAll(() => database.destroy());

it('makes one content of equal bytes that were published before, at an object that has them', async () => {
  const [found] = await database.query<Record<string, number>[]>(
    `SELECT (SELECT count(*) FROM published_blob)::int AS files, count(*)::int AS contents,
       (count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM published_blob b
         WHERE b.sha256 = c.sha256 AND b.size = c.size AND object_key = 'package/' || file_id || '/' || name
       )))::int AS "atTheirs"
     FROM content c`,
  );
  const contents = 67 * 1_000 + 33;
  expect(found).toEqual({ files: 100_000, contents, atTheirs: contents });
});

it('knows how many fragments each package has, without its info file', async () => {
  const rows: unknown[] = await database.query(
    'SELECT DISTINCT fragments, withdrawn_at AS withdrawn, freed_at AS freed FROM published_package',
  );
  expect(rows).toEqual([{ fragments: 99, withdrawn: null, freed: null }]);
});
