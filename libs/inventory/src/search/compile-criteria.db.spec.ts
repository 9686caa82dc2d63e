import { openContextDatabase } from '@entrepot/platform-database';
import { useDatabase } from '@entrepot/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/index.js';
import { CompileCriteria } from './compile-criteria.js';
import { criteria as criteriaSchema } from './criteria.js';
import { FieldValueDictionary } from './field-value-dictionary.js';
import { ReadKnownValues } from './known-values.js';
import { MatchSoftware } from './match-software.js';
import { TRIAL_DEVICES } from './trial-devices.spec-support.js';
import { storeTrialDevice } from './trial-device.spec-support.js';

const used = useDatabase();
const GROUP = '0195d0a0-0000-7000-8000-0000000000a1';
const PACKAGE = '0195d0a0-0000-7000-8000-0000000000b1';

class FewNumbers extends MatchSoftware {
  protected override readonly mostNumbers = 0;
}

let database: DataSource;
let compile: CompileCriteria;
/** As with a dictionary that is too large to carry numbers around. */
let compileMany: CompileCriteria;
let dictionary: FieldValueDictionary;

beforeAll(async () => {
  database = await openContextDatabase({
    url: used.url(),
    schema: 'inventory',
    entities: [],
    migrations: MIGRATIONS,
  });
  compile = new CompileCriteria(new ReadKnownValues(database), new MatchSoftware(database));
  compileMany = new CompileCriteria(new ReadKnownValues(database), new FewNumbers(database));
  dictionary = new FieldValueDictionary(database);
  for (const device of TRIAL_DEVICES) await storeTrialDevice(database, dictionary, device);
  await database.query(
    `INSERT INTO device_group (id, name, description, kind, created_at, created_by, definition_changed_at)
     VALUES ($1, 'g', '', 'static', now(), 'admin', now())`,
    [GROUP],
  );
  await database.query(
    `INSERT INTO group_member (group_id, device_id, origin, since)
     SELECT $1, id, CASE name WHEN 'Alpha' THEN 'included' ELSE 'excluded' END, now() FROM device WHERE name <> 'beta'`,
    [GROUP],
  );
  await database.query(
    `INSERT INTO device_delivery (device_id, assignment_id, package_id, file_id, attempt, state, changed_at, delivery_id)
     SELECT id, id, $1, '1', 1, 'failed', now(), id FROM device WHERE name = 'beta'`,
    [PACKAGE],
  );
});

afterAll(async () => {
  await database.destroy();
});

/** First letters of the devices that are found, the same whichever way they are looked for. */
async function found(asked: unknown): Promise<string> {
  const parsed = criteriaSchema.parse(asked);
  const fleet = await compile.resolve(parsed);
  const few = await compile.resolve(parsed, 'few');
  const many = await compileMany.resolve(parsed);
  const forms = [fleet.render('scan'), fleet.render('walk'), few.render('scan'), many.render('scan')];
  const answers = [];
  for (const { condition, parameters } of forms) {
    const rows: { name: string; passes: boolean | null }[] = await database.query(
      `SELECT d.name, ${condition} AS passes FROM device d ORDER BY d.name`,
      [...parameters],
    );
    expect(rows.map(({ passes }) => passes)).not.toContain(null);
    answers.push(
      rows
        .filter(({ passes }) => passes)
        .map(({ name }) => name.slice(0, 1))
        .join(''),
    );
  }
  expect(new Set(answers).size, answers.join(' / ')).toBe(1);
  return answers[0] ?? '';
}

const field = (section: string, name: string, operator: string, value?: unknown): Promise<string> =>
  found({ section, field: name, operator, ...(value !== undefined && { value }) });

describe('a condition on a section', () => {
  it('compares texts without regard to case, exactly and in part', async () => {
    expect(await field('BIOS', 'SSN', 'equal', 'sn-001')).toBe('A');
    expect(await field('BIOS', 'SSN', 'not-equal', 'SN-001')).toBe('b');
    expect(await field('BIOS', 'SSN', 'contains', 'N-00')).toBe('Ab');
    expect(await field('BIOS', 'SSN', 'not-contains', '001')).toBe('b');
    expect(await field('BIOS', 'SSN', 'in', ['SN-002', 'nothing'])).toBe('b');
    expect(await field('BIOS', 'SSN', 'like', 'sn-00?')).toBe('Ab');
    expect(await field('BIOS', 'SSN', 'like', '*1')).toBe('A');
    expect(await field('BIOS', 'SSN', 'like', 'n-001')).toBe('A');
    expect(await field('BIOS', 'SSN', 'like', 'n-0?1')).toBe('');
    expect(await field('NETWORKS', 'MACADDR', 'equal', '02:AA:bb:00:00:02')).toBe('A');
    expect(await field('BIOS', 'SSN', 'greater', 'SN-001')).toBe('b');
  });

  it('knows blank from absent: of a section with one row at most, no row is empty too', async () => {
    expect(await field('BIOS', 'SMODEL', 'empty')).toBe('Gb');
    expect(await field('BIOS', 'SMODEL', 'not-empty')).toBe('A');
    expect(await field('REGISTRY', 'NOTHING', 'empty')).toBe('AGb');
    expect(await field('NETWORKS', 'IPADDRESS', 'empty')).toBe('Ab');
  });

  it('compares numbers as numbers, with or without a unit, and dotted versions part by part', async () => {
    expect(await field('HARDWARE', 'MEMORY', 'greater', 9_000)).toBe('A');
    expect(await field('HARDWARE', 'MEMORY', 'equal', '8192')).toBe('b');
    expect(await field('HARDWARE', 'MEMORY', 'between', [8_192, 10_000])).toBe('b');
    expect(await field('NETWORKS', 'SPEED', 'at-least', 1_000)).toBe('A');
    expect(await field('NETWORKS', 'SPEED', 'less', 20)).toBe('b');
    expect(await field('HARDWARE', 'OSVERSION', 'at-least', '10.0.0')).toBe('A');
    expect(await field('HARDWARE', 'OSVERSION', 'less', '10.0.0')).toBe('b');
  });

  it('computes how much of a drive is free, and passes over drives without a size', async () => {
    expect(await field('DRIVES', 'FREE_PERCENT', 'less', 10)).toBe('A');
    expect(await field('DRIVES', 'FREE_PERCENT', 'at-most', 5)).toBe('A');
    expect(await field('DRIVES', 'FREE_PERCENT', 'less', 5)).toBe('');
    expect(await field('DRIVES', 'FREE_PERCENT', 'greater', 10)).toBe('b');
    const fullC = [
      { field: 'LETTER', operator: 'equal', value: 'c:/' },
      { field: 'FREE_PERCENT', operator: 'less', value: 10 },
    ];
    expect(await found({ section: 'DRIVES', row: { all: fullC } })).toBe('A');
  });

  it('tells the same row from any rows', async () => {
    const both = [
      { field: 'NAME', operator: 'equal', value: 'key1' },
      { field: 'REGVALUE', operator: 'equal', value: 'ONE' },
    ];
    expect(await found({ section: 'REGISTRY', row: { all: both } })).toBe('A');
    expect(await found({ all: both.map((one) => ({ section: 'REGISTRY', ...one })) })).toBe('Ab');
    expect(await found({ section: 'REGISTRY', row: { all: [both[0], { not: both[1] }] } })).toBe('b');
    expect(await found({ section: 'REGISTRY', row: { any: both } })).toBe('Ab');
  });

  it('tells not having from having another one', async () => {
    expect(await field('REGISTRY', 'REGVALUE', 'has-not', 'on')).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'not-equal', 'one')).toBe('AGb');
    expect(
      await found({ not: { section: 'REGISTRY', field: 'REGVALUE', operator: 'equal', value: 'one' } }),
    ).toBe('G');
    expect(await field('SOFTWARES', 'NAME', 'has-not', 'View')).toBe('Gb');
  });

  it('searches sections and fields that nobody knows beforehand', async () => {
    expect(await field('BITLOCKER', 'STATUS', 'equal', 'ON')).toBe('Ab');
    expect(await field('BITLOCKER', 'STATUS', 'contains', 'off')).toBe('b');
    expect(await field('NOBODY', 'HAS', 'not-empty')).toBe('');
    expect(await field('BITLOCKER', 'HAS', 'equal', 'x')).toBe('');
  });

  it('takes whatever is typed literally', async () => {
    expect(await field('REGISTRY', 'NAME', 'equal', "o'brien; drop table device")).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'contains', '0%_\\')).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'contains', '%')).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'contains', '_')).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'like', '?????_\\')).toBe('');
    expect(await field('REGISTRY', 'REGVALUE', 'equal', 'o\0n\0e')).toBe('Ab');
    expect(await field('REGISTRY', 'REGVALUE', 'contains', '\ud800')).toBe('');
    expect(await field('REGISTRY', 'REGVALUE', 'equal', 'x'.repeat(1_024))).toBe('');
    expect(await found({ device: 'name', operator: 'contains', value: `'s 50%_\\ "X"` })).toBe('G');
    expect(await field('REGISTRY', 'REGVALUE', 'greater', 1e308)).toBe('');
    expect(await field('HARDWARE', 'MEMORY', 'equal', '1'.repeat(31))).toBe('');
  });
});

describe('a condition on software', () => {
  it('finds by name, publisher and version, versions as numbers', async () => {
    expect(await field('SOFTWARES', 'NAME', 'like', 'off*')).toBe('Ab');
    expect(await field('SOFTWARES', 'VERSION', 'at-least', '16.0.10')).toBe('A');
    expect(await field('SOFTWARES', 'VERSION', 'less', '3')).toBe('A');
    const office = { field: 'NAME', operator: 'equal', value: 'office' };
    const old = { field: 'VERSION', operator: 'less', value: '16.0.10' };
    expect(await found({ section: 'SOFTWARES', row: { all: [office, old] } })).toBe('b');
    expect(await found({ all: [office, old].map((one) => ({ section: 'SOFTWARES', ...one })) })).toBe('Ab');
  });

  it('finds by what else its row says, and by when it was installed', async () => {
    expect(await field('SOFTWARES', 'FOLDER', 'equal', 'd:\\office')).toBe('b');
    expect(await field('SOFTWARES', 'INSTALLDATE', 'less', '2026-02-01')).toBe('A');
    const folder = { field: 'FOLDER', operator: 'contains', value: 'Office' };
    const late = { field: 'INSTALLDATE', operator: 'at-least', value: '2026-02-01' };
    expect(await found({ section: 'SOFTWARES', row: { all: [folder, late] } })).toBe('b');
    expect(await found({ section: 'SOFTWARES', row: { all: [folder, { not: late }] } })).toBe('A');
    expect(await found({ section: 'SOFTWARES', row: { not: { any: [folder, late] } } })).toBe('A');
  });
});

describe('other conditions', () => {
  it('ask for columns, account fields, contacts, groups and deliveries', async () => {
    expect(await found({ device: 'tag', operator: 'equal', value: 'paris' })).toBe('A');
    expect(await found({ device: 'tag', operator: 'empty' })).toBe('G');
    expect(await found({ accountField: 'TAG', operator: 'not-equal', value: 'Lyon' })).toBe('AG');
    expect(await found({ device: 'lastContact', operator: 'older-than-days', value: 30 })).toBe('b');
    expect(await found({ device: 'lastContact', operator: 'within-days', value: 30 })).toBe('AG');
    const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
    expect(await found({ device: 'lastContact', operator: 'equal', value: day })).toBe('G');
    expect(await found({ device: 'lastContact', operator: 'greater', value: day })).toBe('A');
    expect(await found({ device: 'lastContact', operator: 'at-most', value: day })).toBe('Gb');
    expect(await found({ group: GROUP, operator: 'member' })).toBe('A');
    expect(await found({ group: GROUP, operator: 'not-member' })).toBe('Gb');
    expect(await found({ package: PACKAGE, operator: 'status', value: ['failed', 'waiting'] })).toBe('b');
    expect(await found({ package: PACKAGE, operator: 'none' })).toBe('AG');
  });

  it('nest as they are written', async () => {
    const paris = { device: 'tag', operator: 'equal', value: 'Paris' };
    const on = { section: 'BITLOCKER', field: 'STATUS', operator: 'equal', value: 'on' };
    expect(await found({ all: [on, { not: paris }] })).toBe('b');
    expect(await found({ any: [{ all: [on, paris] }, { not: on }] })).toBe('AG');
    expect(await found({ not: { any: [{ not: { not: paris } }, { not: on }] } })).toBe('b');
  });
});

describe('what criteria depend on', () => {
  it('is told by kind, and ages depend on the time', async () => {
    const { dependsOn, condition } = await compile.execute(
      criteriaSchema.parse({
        all: [
          { section: 'BIOS', field: 'SSN', operator: 'empty' },
          { device: 'registered', operator: 'within-days', value: 3 },
          { group: GROUP, operator: 'member' },
        ],
      }),
      5,
    );
    expect(dependsOn).toEqual({
      sections: new Set(['BIOS']),
      device: true,
      contact: true,
      groups: new Set([GROUP]),
      deliveries: false,
    });
    expect(condition).toContain('$5');
    expect(condition).not.toMatch(/\$[1-4]\b/);
  });
});
