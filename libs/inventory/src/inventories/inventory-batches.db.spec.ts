import { deflateSync } from 'node:zlib';
import { decodeRequest, type InventoryRequest } from '@entrepot/ocs-wire';
import { deviceIdFor, inventoryXml, type InventoryOptions } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { AcceptInventory } from './accept-inventory.js';
import type { AcceptedInventory } from './inventory-work.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const peer = { address: '127.0.0.1', userAgent: 'trial' };
let database: DataSource;
let accept: AcceptInventory;

beforeAll(() => {
  database = program.app().get(DataSource, { strict: false });
  accept = program.app().get(AcceptInventory, { strict: false });
});

function decode(xml: string): InventoryRequest {
  const request = decodeRequest(Buffer.from(xml));
  if (request.query !== 'INVENTORY') throw new Error('not an inventory');
  return request;
}

function send(xml: string, change = (request: InventoryRequest) => request): Promise<AcceptedInventory> {
  return accept.execute(change(decode(xml)), peer, { encoding: 'zlib', body: deflateSync(xml) });
}

function query<Row>(sql: string, ...parameters: unknown[]): Promise<Row[]> {
  return database.query<Row[]>(sql, parameters);
}

/** What the last inventory of a device told everybody. */
async function told(deviceId: string): Promise<{ changedSections: string[]; changes: unknown[] }> {
  const [row] = await query<{ payload: { changedSections: string[]; changes: unknown[] } }>(
    `SELECT payload FROM outbox WHERE ordering_key = $1 AND subject LIKE '%inventory.accepted%'
     ORDER BY id DESC LIMIT 1`,
    deviceId,
  );
  if (row === undefined) throw new Error(`nothing told of ${deviceId}`);
  return row.payload;
}

const withVersion = (xml: string, version: string): string =>
  xml.replace(
    /<VERSION>[^<]*<\/VERSION>(?=(?:(?!<SOFTWARES>)[\s\S])*<\/SOFTWARES>)/,
    `<VERSION>${version}</VERSION>`,
  );

describe('inventories that are committed together', () => {
  it('do not suffer from one among them that PostgreSQL refuses, nor from one that is no XML', async () => {
    const half = (request: InventoryRequest): InventoryRequest => ({
      ...request,
      sections: new Map([...request.sections, ['UNHEARD_OF', [{ FIELD: 'half \ud800 a character' }]]]),
    });
    const broken = inventoryXml({ seed: 130 }).replace('</SOFTWARES>', '<A></SOFTWARES>');
    const sent = await Promise.allSettled([
      ...Array.from({ length: 15 }, (_, i) => send(inventoryXml({ seed: 100 + i }))),
      send(inventoryXml({ seed: 120 }), half),
      send(broken),
      ...Array.from({ length: 15 }, (_, i) => send(inventoryXml({ seed: 140 + i }))),
    ]);
    const refused = sent.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['WIRE_XML_INVALID']);
    const ids = sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value.deviceId] : []));
    expect(await query('SELECT 1 FROM device WHERE id = ANY ($1)', ids)).toHaveLength(31);
    expect(await query(`SELECT 1 FROM device WHERE agent_device_id = $1`, deviceIdFor(130))).toEqual([]);
    const sections = await query<{ name: string }>('SELECT name FROM section WHERE device_id = $1', ids[15]);
    expect(sections.map(({ name }) => name)).not.toContain('UNHEARD_OF');
    expect(sections.length).toBeGreaterThan(5);
  });

  it('two hundred of one device at once are stored in their order', async () => {
    const versions = Array.from({ length: 200 }, (_, i) => String(i));
    const sent = await Promise.all(
      versions.map((version) =>
        send(inventoryXml({ seed: 200, softwares: 3, fields: { BIOS: { BVERSION: version } } })),
      ),
    );
    expect(sent.map(({ registered }) => registered).indexOf(true)).toBe(0);
    expect(new Set(sent.map(({ deviceId }) => deviceId)).size).toBe(1);
    const changes = await query<{ added: { BVERSION: string }[] }>(
      `SELECT added FROM section_change WHERE device_id = $1 AND section = 'BIOS' ORDER BY id`,
      sent[0]?.deviceId,
    );
    expect(changes.map(({ added }) => added[0]?.BVERSION)).toEqual(versions.slice(1));
  });

  it('of many devices that change at once each get their own', async () => {
    const seeds = Array.from({ length: 40 }, (_, i) => 300 + i);
    const first = await Promise.all(seeds.map((seed) => send(inventoryXml({ seed, softwares: 30 }))));
    await Promise.all(
      seeds.map((seed) => send(withVersion(inventoryXml({ seed, softwares: 30 }), `0.${seed}`))),
    );
    for (const [place, { deviceId }] of first.entries()) {
      const { changedSections, changes } = await told(deviceId);
      expect(changedSections).toEqual(['SOFTWARES']);
      expect(changes).toMatchObject([{ section: 'SOFTWARES', added: [{ VERSION: `0.${seeds[place]}` }] }]);
    }
  });
});

describe('an inventory whose software is as it was', () => {
  const versionsOf = (deviceId: string): Promise<unknown[]> =>
    query(
      'SELECT xmin::text, ctid::text, encode(sent_digest, $2) AS sent FROM device_software WHERE device_id = $1',
      deviceId,
      'hex',
    );

  it('byte for byte, is not read', async () => {
    const xml = inventoryXml({ seed: 400, softwares: 50 });
    const { deviceId } = await send(xml);
    const before = await versionsOf(deviceId);
    const unread = (request: InventoryRequest): InventoryRequest => {
      if (request.software === null) throw new Error('it was read');
      const unreadable = (): never => {
        throw new Error('it is read');
      };
      return { ...request, software: Object.assign(request.software, { rows: unreadable }) };
    };
    expect((await send(xml, unread)).changedSections).toEqual([]);
    expect(await versionsOf(deviceId)).toEqual(before);
  });

  it('in another order, is no change, and is known the next time if it was not', async () => {
    const xml = inventoryXml({ seed: 401, softwares: 50 });
    const rows = xml.match(/<SOFTWARES>[\s\S]*?<\/SOFTWARES>/g) ?? [];
    const turned = xml.replace(/<SOFTWARES>[\s\S]*<\/SOFTWARES>/, rows.reverse().join('\n'));
    const { deviceId } = await send(xml);
    const before = await versionsOf(deviceId);
    expect((await send(turned)).changedSections).toEqual([]);
    expect(await versionsOf(deviceId)).toEqual(before);
    await query('UPDATE device_software SET sent_digest = NULL WHERE device_id = $1', deviceId);
    expect((await send(turned)).changedSections).toEqual([]);
    expect(await versionsOf(deviceId)).not.toMatchObject([{ sent: null }]);
  });

  it('but has another folder or time of installation, is written and told as changed without rows', async () => {
    const xml = inventoryXml({ seed: 402, softwares: 5 });
    const { deviceId } = await send(xml);
    const moved = xml.replace(/<FOLDER>[^<]*/, '<FOLDER>/elsewhere');
    expect((await send(moved)).changedSections).toEqual(['SOFTWARES']);
    expect((await told(deviceId)).changes).toEqual([]);
    const { json } = await program.api('GET', `/devices/${deviceId}/sections/SOFTWARES`);
    expect(JSON.stringify(json)).toContain('/elsewhere');
  });

  it('is stored the same when it comes as a document that has to be read as a whole', async () => {
    const xml = inventoryXml({ seed: 403, softwares: 30 });
    const { deviceId } = await send(xml);
    expect((await send(xml.replace('</CONTENT>', '<!-- read me --></CONTENT>'))).changedSections).toEqual([]);
    expect((await told(deviceId)).changes).toEqual([]);
  });
});

describe('what an inventory changes', () => {
  const changesOf = (deviceId: string): Promise<unknown[]> =>
    query(
      `SELECT section, added_count AS a, removed_count AS r, added, removed FROM section_change
       WHERE device_id = $1 ORDER BY id`,
      deviceId,
    );
  const both: InventoryOptions = { seed: 500, softwares: 4, checksum: 1 };

  it('is written down row by row and told, but for a first inventory', async () => {
    const { deviceId } = await send(inventoryXml(both));
    expect([await changesOf(deviceId), (await told(deviceId)).changes]).toEqual([[], []]);
    const next = inventoryXml({
      ...both,
      fields: { BIOS: { ASSETTAG: 'new' } },
      without: ['PRINTERS'],
      checksum: 8193,
    });
    await send(next);
    const changes = (await changesOf(deviceId)) as { section: string; a: number; r: number }[];
    expect(changes.map(({ section, a, r }) => [section, a, r]).sort()).toEqual([
      ['BIOS', 1, 1],
      ['PRINTERS', 0, expect.any(Number)],
    ]);
    expect(changes.find(({ section }) => section === 'BIOS')).toMatchObject({ added: [{ ASSETTAG: 'new' }] });
    expect((await told(deviceId)).changes).toHaveLength(2);
  });

  it('of HARDWARE is told without what differs at each inventory', async () => {
    const hardware = (fields: Record<string, string>): string =>
      inventoryXml({ seed: 501, fields: { HARDWARE: fields } });
    const { deviceId } = await send(hardware({ ETIME: '5', MEMORY: '1' }));
    await send(hardware({ ETIME: '6', MEMORY: '2' }));
    const [change] = (await changesOf(deviceId)) as { added: object[]; removed: object[] }[];
    expect(change).toMatchObject({ section: 'HARDWARE', added: [{ MEMORY: 2 }], removed: [{ MEMORY: 1 }] });
    expect(change?.added[0]).not.toHaveProperty('ETIME');
  });

  it('keeps the document as it was received, of the last inventory that changed something', async () => {
    const documentOf = async (deviceId: string): Promise<string> => {
      const [row] = await query<{ body: Buffer; encoding: string }>(
        'SELECT body, encoding FROM device_document WHERE device_id = $1',
        deviceId,
      );
      return `${row?.encoding} ${row?.body.toString('hex')}`;
    };
    const packed = (xml: string): string => `zlib ${deflateSync(xml).toString('hex')}`;
    const first = inventoryXml({ seed: 502, softwares: 2 });
    const { deviceId } = await send(first);
    expect(await documentOf(deviceId)).toBe(packed(first));
    const same = first.replace('</CONTENT>', ' </CONTENT>');
    await send(same);
    expect(await documentOf(deviceId)).toBe(packed(first));
    const changed = withVersion(first, '77');
    await send(changed);
    expect(await documentOf(deviceId)).toBe(packed(changed));
    const clear = withVersion(first, '78');
    const received = { encoding: 'clear', body: Buffer.from(clear) } as const;
    await accept.execute(decode(clear), peer, received);
    expect(await documentOf(deviceId)).toBe(packed(clear));
  });
});

describe('an inventory that says what the machine was called before', () => {
  it('and only repeats itself, is one like others', async () => {
    const { deviceId } = await send(inventoryXml({ seed: 600 }));
    const own = await send(inventoryXml({ seed: 600, oldDeviceId: deviceIdFor(600).toLowerCase() }));
    expect([own.deviceId, own.registered]).toEqual([deviceId, false]);
  });
});
