import { inventoryAccepted, deviceRegistered } from '@entrepot/contracts';
import { SystemClock } from '@entrepot/kernel';
import { decodeRequest, type InventoryRequest, type SectionRow } from '@entrepot/ocs-wire';
import { openContextDatabase } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { silentLog } from '@entrepot/platform-telemetry';
import { deviceIdFor, inventoryXml, type InventoryOptions } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { AccountFieldStore } from '../account-fields/account-field-store.js';
import { ListSectionRows } from '../devices/list-section-rows.js';
import { IdentifyDevices } from '../duplicates/identify-devices.js';
import { IdentityRules } from '../duplicates/identity-rules.js';
import { DEFAULT_INVENTORY_OPTIONS } from '../inventory-options.js';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { MIGRATIONS } from '../migrations/index.js';
import { FieldValueDictionary } from '../search/field-value-dictionary.js';
import { AcceptInventory } from './accept-inventory.js';
import { CommitInventories } from './commit-inventories.js';
import { DeviceTurns } from './device-turns.js';
import { InventoryBatches } from './inventory-batches.js';
import type { AcceptedInventory } from './inventory-work.js';
import { ResolveSoftware } from './resolve-software.js';
import { SoftwareDictionary } from './software-dictionary.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const peer = { address: '127.0.0.1', userAgent: 'trial' };
let database: DataSource;
let accept: AcceptInventory;

beforeAll(() => {
  database = program.app().get(DataSource, { strict: false });
  accept = program.app().get(AcceptInventory, { strict: false });
});

/** What another process has of its own. */
function operation(source: DataSource): AcceptInventory {
  const software = new ResolveSoftware(new SoftwareDictionary(source), DEFAULT_INVENTORY_OPTIONS);
  const identify = program.app().get(IdentifyDevices, { strict: false });
  const values = new FieldValueDictionary(source);
  const commits = new CommitInventories(
    source,
    new Outbox(source),
    software,
    identify,
    new AccountFieldStore(source),
    values,
    new SystemClock(),
    silentLog(),
  );
  const rules = program.app().get(IdentityRules, { strict: false });
  const batches = new InventoryBatches(commits, rules, silentLog());
  return new AcceptInventory(new DeviceTurns(), batches, values);
}

/** A request with its software among the sections, so that a test can change it. */
function decode(options: InventoryOptions): InventoryRequest {
  const request = decodeRequest(Buffer.from(inventoryXml(options)));
  if (request.query !== 'INVENTORY') throw new Error('not an inventory');
  return request.software?.reread() ?? request;
}

function store(request: InventoryRequest, by = accept): Promise<AcceptedInventory> {
  return by.execute(request, peer, { encoding: 'zlib', body: Buffer.from('not looked at') });
}

function send(options: InventoryOptions): Promise<AcceptedInventory> {
  return store(decode(options));
}

/** Which version of each row is stored: it changes with every write, even of the same values. */
async function rowVersions(deviceId: string): Promise<unknown> {
  return database.query(
    `SELECT name, xmin::text, ctid::text FROM section WHERE device_id = $1
     UNION ALL SELECT 'SOFTWARES', xmin::text, ctid::text FROM device_software WHERE device_id = $1
     UNION ALL SELECT 'document', xmin::text, ctid::text FROM device_document WHERE device_id = $1
     UNION ALL SELECT 'device', xmin::text, ctid::text FROM device WHERE id = $1
     UNION ALL SELECT 'history', xmin::text, ctid::text FROM download_history WHERE device_id = $1 ORDER BY 1`,
    [deviceId],
  );
}

async function rowsOf(deviceId: string, section: string): Promise<readonly Record<string, unknown>[]> {
  return (await new ListSectionRows(database).execute(deviceId, section, { limit: 500 })).items;
}

async function eventsOf(
  deviceId: string,
): Promise<{ subject: string; payload: { changedSections?: string[] } }[]> {
  return database.query('SELECT subject, payload FROM outbox WHERE ordering_key = $1 ORDER BY id', [
    deviceId,
  ]);
}

describe('the first inventory of a device', () => {
  it('stores every section and publishes the registration before the acceptance', async () => {
    const first = await send({ seed: 1, softwares: 30, tag: 'Paris', history: ['1700000001'] });
    expect([first.registered, first.accountUpdate]).toEqual([true, null]);
    expect(first.changedSections).toEqual(
      expect.arrayContaining(['HARDWARE', 'BIOS', 'NETWORKS', 'SOFTWARES']),
    );
    const events = await eventsOf(first.deviceId);
    expect(events.map(({ subject }) => subject)).toEqual([
      deviceRegistered.subject,
      inventoryAccepted.subject,
    ]);
    expect((await rowsOf(first.deviceId, 'SOFTWARES')).length).toBe(30);
    const request = decode({ seed: 1, softwares: 30 });
    for (const [section, rows] of request.sections) {
      expect((await rowsOf(first.deviceId, section)).length, section).toBe(rows.length);
    }
  });
});

describe('the second inventory of a device', () => {
  it('writes no row of any section when nothing has changed, in whatever order rows come', async () => {
    const { deviceId } = await send({ seed: 2, history: ['1700000001'] });
    const before = await rowVersions(deviceId);
    const request = decode({ seed: 2, history: ['1700000001'] });
    const turned = new Map([...request.sections].map(([name, rows]) => [name, [...rows].reverse()] as const));
    const again = await store({ ...request, sections: new Map([...turned].reverse()) });
    expect([again.registered, again.changedSections]).toEqual([false, []]);
    expect(await rowVersions(deviceId)).toEqual(before);
    expect((await eventsOf(deviceId)).at(-1)?.payload.changedSections).toEqual([]);
  });

  it('takes a longer uptime and another CHECKSUM for no change of HARDWARE', async () => {
    const withUptime = (uptime: string, checksum: number): Promise<AcceptedInventory> => {
      const request = decode({ seed: 3, checksum });
      const hardware = { ...request.sections.get('HARDWARE')?.[0], DESCRIPTION: `x86_64/00-00-00 ${uptime}` };
      return store({ ...request, sections: new Map([...request.sections, ['HARDWARE', [hardware]]]) });
    };
    await withUptime('00:18:42', 1);
    expect((await withUptime('01:00:00', 513)).changedSections).toEqual([]);
  });

  it('writes the software list alone when one software has changed', async () => {
    const { deviceId } = await send({ seed: 4, softwares: 50 });
    const request = decode({ seed: 4, softwares: 50 });
    const [changed, ...same] = request.sections.get('SOFTWARES') ?? [];
    const rows: SectionRow[] = [{ ...changed, VERSION: '99.9' }, ...same];
    const again = await store({ ...request, sections: new Map([...request.sections, ['SOFTWARES', rows]]) });
    expect(again.changedSections).toEqual(['SOFTWARES']);
    const stored = await rowsOf(deviceId, 'SOFTWARES');
    expect(stored.filter(({ VERSION }) => VERSION === '99.9').map(({ NAME }) => NAME)).toEqual([
      changed?.NAME,
    ]);
    expect(stored.length).toBe(50);
  });

  it('empties an absent section whose bit is set, and leaves others alone', async () => {
    const printers = 8192;
    const { deviceId } = await send({ seed: 5 });
    expect((await send({ seed: 5, without: ['PRINTERS'], checksum: 1 })).changedSections).toEqual([]);
    expect(
      (await send({ seed: 5, without: ['PRINTERS', 'BIOS'], checksum: 1 | printers })).changedSections,
    ).toEqual(['PRINTERS']);
    expect(await rowsOf(deviceId, 'PRINTERS')).toEqual([]);
    expect((await rowsOf(deviceId, 'BIOS')).length).toBe(1);
  });

  it('leaves the software of an agent that runs with --nosoftware alone', async () => {
    const { deviceId } = await send({ seed: 6, softwares: 7 });
    await send({ seed: 6, softwares: 0 });
    expect((await rowsOf(deviceId, 'SOFTWARES')).length).toBe(7);
  });

  it('is recognised whatever the letter case of its DEVICEID', async () => {
    const { deviceId } = await send({ seed: 7 });
    const again = await send({ seed: 7, deviceId: deviceIdFor(7).toLowerCase() });
    expect([again.deviceId, again.registered]).toEqual([deviceId, false]);
  });

  it('appends to the journal what is new and nothing twice', async () => {
    const entry = (date: string): string => `<JOURNALLOG><DATE>${date}</DATE><STATUS>1</STATUS></JOURNALLOG>`;
    const { deviceId } = await send({ seed: 8, extra: entry('1') });
    expect((await send({ seed: 8, extra: entry('1') })).changedSections).toEqual([]);
    expect((await send({ seed: 8, extra: entry('2') })).changedSections).toEqual(['JOURNALLOG']);
    expect((await rowsOf(deviceId, 'JOURNALLOG')).map(({ DATE }) => DATE)).toEqual(['1', '2']);
  });

  it('makes the download history equal to the agent’s, and clears it when none is sent', async () => {
    const { deviceId } = await send({ seed: 9, history: ['1700000001', '1700000002'] });
    const history = (): Promise<unknown> =>
      database.query('SELECT file_ids FROM download_history WHERE device_id = $1', [deviceId]);
    expect(await history()).toEqual([{ file_ids: ['1700000001', '1700000002'] }]);
    await send({ seed: 9, history: ['1700000002'] });
    expect(await history()).toEqual([{ file_ids: ['1700000002'] }]);
    await send({ seed: 9 });
    expect(await history()).toEqual([{ file_ids: [] }]);
  });
});

describe('inventories at once', () => {
  it('of one device end in one device, from two processes', async () => {
    const other = await openContextDatabase({
      url: program.database.url(),
      schema: 'inventory',
      entities: [],
      migrations: MIGRATIONS,
    });
    try {
      const second = operation(other);
      const sent = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          store(decode({ seed: 20, softwares: 10 + (i % 5) }), i % 2 === 0 ? accept : second),
        ),
      );
      expect(new Set(sent.map(({ deviceId }) => deviceId)).size).toBe(1);
      expect(sent.filter(({ registered }) => registered).length).toBe(1);
      const events = await eventsOf(sent[0]?.deviceId ?? '');
      expect([events.length, events[0]?.subject]).toEqual([51, deviceRegistered.subject]);
    } finally {
      await other.destroy();
    }
  });

  it('of fifty devices all arrive, with the software that they share', async () => {
    const sent = await Promise.all(
      Array.from({ length: 50 }, (_, i) => send({ seed: 100 + i, softwares: 40 })),
    );
    const rows: { n: number; softwares: number }[] = await database.query(
      `SELECT count(*)::int AS n, sum(cardinality(software_ids))::int AS softwares
       FROM device_software WHERE device_id = ANY($1)`,
      [sent.map(({ deviceId }) => deviceId)],
    );
    expect(rows).toEqual([{ n: 50, softwares: 2000 }]);
  });
});

describe('hostile values', () => {
  it('are stored word for word when they are SQL', async () => {
    const sql = `Robert'); DROP TABLE device;-- =(SELECT 1) sleep(10) \\ "x" $1`;
    const request = decode({ seed: 30, softwares: 2 });
    const poisoned = new Map(
      [...request.sections].map(([name, rows]) => [
        name,
        rows.map((row) => Object.fromEntries(Object.keys(row).map((field) => [field, sql]))),
      ]),
    );
    const { deviceId } = await store({ ...request, sections: poisoned });
    expect((await rowsOf(deviceId, 'BIOS'))[0]?.SSN).toBe(sql);
    expect((await rowsOf(deviceId, 'SOFTWARES')).map(({ NAME }) => NAME)).toEqual([sql]);
    expect((await rowsOf(deviceId, 'HARDWARE'))[0]).toMatchObject({ NAME: sql, MEMORY: 0 });
  });

  it('with NUL, or half a character, cost their own section at the most', async () => {
    const request = decode({ seed: 31 });
    const sections = new Map(request.sections);
    sections.set('BIOS', [{ SSN: 'a\0b' }]);
    sections.set('UNHEARD_OF', [{ FIELD: 'half \ud800 a character' }]);
    sections.set('HARDWARE', [
      { ...request.sections.get('HARDWARE')?.[0], NAME: '\ud83d\ude00'.repeat(255) },
    ]);
    const sent = await store({ ...request, sections });
    expect(sent.changedSections).not.toContain('UNHEARD_OF');
    expect((await rowsOf(sent.deviceId, 'BIOS'))[0]).toEqual({ SSN: 'ab' });
    expect((await rowsOf(sent.deviceId, 'NETWORKS')).length).toBeGreaterThan(0);
  });

  it('of unknown sections and fields are kept', async () => {
    const { deviceId } = await send({ seed: 32, extra: '<PLUGIN><A>1</A><B><C>2</C></B></PLUGIN>' });
    expect(await rowsOf(deviceId, 'PLUGIN')).toEqual([{ A: '1', 'B.C': '2' }]);
  });

  it('of thousands of software, each with a field of its own, are kept too', async () => {
    const request = decode({ seed: 33, softwares: 0 });
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      NAME: `Tool ${String(i).padStart(4, '0')}`,
      [`FIELD${i}`]: String(i),
    }));
    const { deviceId } = await store({
      ...request,
      sections: new Map([...request.sections, ['SOFTWARES', rows]]),
    });
    const stored = await rowsOf(deviceId, 'SOFTWARES');
    expect(stored.map(({ NAME }) => NAME)).toEqual(rows.slice(0, 500).map(({ NAME }) => NAME));
    expect(stored[499]).toMatchObject({ FIELD499: '499' });
  });
});
