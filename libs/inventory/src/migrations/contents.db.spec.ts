import { deflateRawSync } from 'node:zlib';
import { openContextDatabase } from '@entrepot/platform-database';
import { useDatabase } from '@entrepot/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListSectionRows } from '../devices/list-section-rows.js';
import { softwareList, storedInstallTime } from '../inventories/software-list.js';
import { SoftwareDictionary } from '../inventories/software-dictionary.js';
import { versionOrder } from '../inventories/version-order.js';
import { InitialSchema1795132800000 } from './20261120-initial-schema.js';
import { MIGRATIONS } from './index.js';

type Row = Readonly<Record<string, string | number>>;

const used = useDatabase();
const DEVICES = 450;
const VERSIONS = [
  '1.2.3',
  '2:7.4.052-1ubuntu3',
  '',
  'v1',
  '..1..2.',
  '99999999999999999999.1',
  '1.'.repeat(40),
];
let database: DataSource;

const deviceId = (number: number): string => `0195d0a0-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The software of a device by the number that it had in the dictionary: shared rows, own rows, odd fields, dates or none. */
function softwareOf(number: number): Map<number, Row> {
  const rows = new Map<number, Row>();
  for (let id = 1 + (number % 3); id <= 30; id += 3) {
    rows.set(id, {
      FOLDER: `/opt/${id}`,
      ...(id % 2 === 0 && { GUID: `{${number % 2}}`, FILESIZE: 0 }),
      ...(number % 4 !== 0 &&
        id % 5 !== 0 && { INSTALLDATE: `2024-01-${10 + (number % 9)} 00:00:0${id % 9}` }),
      ...(number % 50 === 0 && { [`ODD_${number}`]: 'x', __PROTO__: 'y' }),
    });
  }
  return rows;
}

/** As the details were packed before. */
function packed(rows: readonly Row[]): Buffer {
  const columns: Record<string, (string | number | null)[]> = {};
  const others: Record<number, Row> = {};
  rows.forEach((row, place) => {
    for (const [field, value] of Object.entries(row)) {
      if (/^(?:ODD|__)/.test(field)) others[place] = { ...others[place], [field]: value };
      else (columns[field] ??= rows.map(() => null))[place] = value;
    }
  });
  return deflateRawSync(JSON.stringify({ columns, others }));
}

function open(migrations: typeof MIGRATIONS | [typeof InitialSchema1795132800000]): Promise<DataSource> {
  return openContextDatabase({ url: used.url(), schema: 'inventory', entities: [], migrations });
}

beforeAll(async () => {
  const before = await open([InitialSchema1795132800000]);
  for (let id = 1; id <= 30; id++) {
    await before.query(
      'INSERT INTO software (key, name, publisher, version) VALUES (gen_random_uuid(), $1, $2, $3)',
      [`Tool ${id}`, id % 2 === 0 ? 'Maker' : '', VERSIONS[id % VERSIONS.length]],
    );
  }
  for (let number = 0; number < DEVICES; number++) {
    const rows = softwareOf(number);
    await before.query(
      `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
       VALUES ($1, $2, 'pc', '', '', '', '{}', now())`,
      [deviceId(number), `pc${number}-2026-01-01-00-00-00`],
    );
    await before.query(
      `INSERT INTO device_software (device_id, digest, software_ids, details, updated_at)
       VALUES ($1, '\\x00', $2, $3, '2026-01-01')`,
      [deviceId(number), [...rows.keys()], packed([...rows.values()])],
    );
  }
  await before.destroy();
  database = await open(MIGRATIONS);
});
afterAll(async () => {
  await database.destroy();
});

describe('software that was stored before variants', () => {
  it('is all there, field for field', async () => {
    const list = new ListSectionRows(database);
    for (const number of [0, 1, 2, 50, 199, 200, 201, 400, DEVICES - 1]) {
      const { items, total } = await list.execute(deviceId(number), 'SOFTWARES', { limit: 500 });
      const expected = softwareOf(number);
      expect(total).toBe(expected.size);
      for (const { NAME, PUBLISHER, VERSION, ...others } of items) {
        const id = Number(String(NAME).split(' ')[1]);
        expect([PUBLISHER, VERSION]).toEqual([id % 2 === 0 ? 'Maker' : '', VERSIONS[id % VERSIONS.length]]);
        expect(others, `${number} ${NAME}`).toEqual(expected.get(id));
      }
    }
    const rows: { n: number }[] = await database.query('SELECT count(*)::int AS n FROM device_software');
    expect(rows).toEqual([{ n: DEVICES }]);
  });

  it('has the same variants and digests as it would have if it were sent again', async () => {
    const dictionary = new SoftwareDictionary(database);
    const counts = (): Promise<unknown> => database.query('SELECT count(*)::int FROM software_variant');
    const before = await counts();
    for (const number of [3, 50, 204]) {
      const rows = [...softwareOf(number)].map(([id, row]) => {
        const { INSTALLDATE, ...details } = row;
        const sorted = Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1)));
        return {
          installed: storedInstallTime(INSTALLDATE === undefined ? {} : { INSTALLDATE }),
          name: `Tool ${id}`,
          publisher: id % 2 === 0 ? 'Maker' : '',
          version: VERSIONS[id % VERSIONS.length] ?? '',
          details: JSON.stringify(sorted),
        };
      });
      const numbers = await dictionary.numbersOf(rows);
      const { digest } = softwareList(
        numbers.map((one, place) => ({ ...one, installed: rows[place]?.installed ?? storedInstallTime({}) })),
      );
      const stored: { digest: Buffer }[] = await database.query(
        'SELECT digest FROM device_software WHERE device_id = $1',
        [deviceId(number)],
      );
      expect(stored[0]?.digest.toString('hex'), String(number)).toBe(digest.toString('hex'));
    }
    expect(await counts()).toEqual(before);
  });

  it('has its versions in numbers, as new entries get them', async () => {
    const rows: { version: string; numbers: number[] }[] = await database.query(
      'SELECT version, version_order AS numbers FROM software WHERE id <= 30',
    );
    expect(rows.length).toBe(30);
    for (const { version, numbers } of rows) expect(numbers, version).toEqual(versionOrder(version));
  });
});
