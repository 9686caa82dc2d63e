import { deviceIdFor, httpRequest, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api } = program;
const DEVICES = 12;

interface Found {
  items: { id: string; name: string; columns?: Record<string, unknown> }[];
  total: number | null;
  totalPending: boolean;
  next: string | null;
}

beforeAll(async () => {
  for (let seed = 1; seed <= DEVICES; seed++) {
    const status = `<BITLOCKER><STATUS>${seed % 3 === 0 ? 'Off' : 'On'}</STATUS></BITLOCKER>`;
    const extra = `${status}<PLUGIN><VALUE>${seed === 2 ? '=1+1' : `a,"${seed}"`}</VALUE></PLUGIN>`;
    const tag = seed % 2 === 0 ? 'even' : 'odd';
    await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed, softwares: 3, tag, extra }));
  }
});

async function search(body: unknown): Promise<Found> {
  const { status, json } = await api('POST', '/devices/search', body);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

const isOn = { section: 'BITLOCKER', field: 'STATUS', operator: 'equal', value: 'on' };

describe('POST /devices/search', () => {
  it('answers what criteria find, with the columns that are asked for', async () => {
    const columns = [
      'device.osName',
      'account.TAG',
      'BIOS.SSN',
      'drives.letter',
      'DRIVES.FREE_PERCENT',
      'BITLOCKER.STATUS',
    ];
    const found = await search({
      criteria: { all: [isOn, { device: 'tag', operator: 'equal', value: 'EVEN' }] },
      columns: [...columns, 'SOFTWARES.NAME', 'NOBODY.HAS'],
    });
    expect(found).toMatchObject({ total: 4, totalPending: false, next: null });
    expect(found.items.map(({ name }) => name)).toEqual(['PC-10', 'PC-2', 'PC-4', 'PC-8']);
    expect(found.items[1]?.columns).toMatchObject({
      'device.osName': 'Microsoft Windows 11 Pro',
      'account.TAG': 'even',
      'BIOS.SSN': 'SN00000002',
      'drives.letter': ['C:/', 'D:/', 'E:/'],
      'DRIVES.FREE_PERCENT': [21.01, 21.01, 21.01],
      'BITLOCKER.STATUS': ['On'],
      'SOFTWARES.NAME': [expect.any(String), expect.any(String), expect.any(String)] as unknown,
      'NOBODY.HAS': [],
    });
  });

  it('pages in every order, with each device once', async () => {
    for (const by of ['name', 'tag', 'lastContact', 'lastInventory']) {
      for (const order of ['asc', 'desc']) {
        const names: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Found = await search({
            criteria: isOn,
            sort: { by, order },
            limit: 3,
            cursor: cursor ?? undefined,
          });
          expect(page.total).toBe(8);
          names.push(...page.items.map(({ name }) => name));
          cursor = page.next;
        } while (cursor !== null);
        expect(new Set(names).size).toBe(8);
        expect(names).toHaveLength(8);
        if (by === 'name')
          expect(names).toEqual(order === 'asc' ? names.toSorted() : names.toSorted().reverse());
      }
    }
  });

  it('refuses the cursor of another order, and forged ones', async () => {
    const { next } = await search({ limit: 1 });
    for (const body of [
      { cursor: next, sort: { by: 'tag' } },
      {
        cursor: Buffer.from('["lastContact asc","x","0195d0a0-0000-7000-8000-000000000009",1]').toString(
          'base64url',
        ),
        sort: { by: 'lastContact' },
      },
    ]) {
      expect((await api('POST', '/devices/search', body)).json).toMatchObject({
        code: 'HTTP_CURSOR_INVALID',
      });
    }
  });

  it('shows other than active devices only when they are asked for', async () => {
    const database = program.app().get(DataSource, { strict: false });
    await database.query(`UPDATE device SET state = 'archived' WHERE name = 'PC-1'`);
    expect((await search({ text: 'PC-1-' })).total).toBe(0);
    expect((await search({ text: 'PC-1-', state: 'archived' })).items.map(({ name }) => name)).toEqual([
      'PC-1',
    ]);
    expect((await search({ criteria: { device: 'state', operator: 'not-empty' } })).total).toBe(DEVICES - 1);
    await database.query(`UPDATE device SET state = 'active' WHERE name = 'PC-1'`);
  });

  it('says which part of criteria or columns breaks which rule', async () => {
    const bad = { any: [isOn, { ...isOn, operator: 'LIKE' }] };
    expect((await api('POST', '/devices/search', { criteria: bad })).json).toMatchObject({
      status: 400,
      code: 'HTTP_INPUT_INVALID',
      field: 'criteria.any.1.operator',
    });
    for (const column of ['device.password', 'BIOS', 'BIOS.', "BIOS.S'SN"]) {
      expect((await api('POST', '/devices/search', { columns: [column] })).status, column).toBe(400);
    }
  });
});

describe('counting and explaining', () => {
  it('counts exactly', async () => {
    expect((await api('POST', '/devices/search/count', { criteria: isOn })).json).toEqual({ total: 8 });
    expect((await api('POST', '/devices/search/count', { tag: 'odd' })).json).toEqual({ total: 6 });
  });

  it('says in words what is searched and how many each condition finds by itself', async () => {
    const odd = { device: 'tag', operator: 'equal', value: 'odd' };
    const { json } = await api('POST', '/devices/search/explain', {
      criteria: { all: [isOn, { not: odd }] },
    });
    expect(json).toEqual({
      words: {
        en: '(a BITLOCKER.STATUS is “on” and not (the TAG is “odd”))',
        fr: '(un BITLOCKER.STATUS est « on » et non (le TAG est « odd »))',
      },
      devices: 4,
      conditions: [
        { words: { en: 'a BITLOCKER.STATUS is “on”', fr: 'un BITLOCKER.STATUS est « on »' }, devices: 8 },
        { words: { en: 'the TAG is “odd”', fr: 'le TAG est « odd »' }, devices: 6 },
      ],
    });
  });
});

describe('POST /devices/search/export', () => {
  const exported = async (body: unknown) => {
    const {
      status,
      headers,
      body: bytes,
    } = await httpRequest(`${program.base()}/api/v1/devices/search/export`, {
      method: 'POST',
      headers: { Authorization: 'Bearer t', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status, type: headers['content-type'], text: bytes.toString('utf8') };
  };

  it('writes the whole result as CSV that no spreadsheet runs', async () => {
    const columns = ['device.name', 'PLUGIN.VALUE', 'DRIVES.LETTER'];
    const { status, type, text } = await exported({
      tag: 'even',
      columns,
      sort: { by: 'name', order: 'desc' },
    });
    expect([status, type]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('device.name,PLUGIN.VALUE,DRIVES.LETTER');
    expect(lines[1]).toBe('PC-8,"a,""8""",C:/; D:/; E:/');
    expect(lines).toContain(`PC-2,'=1+1,C:/; D:/; E:/`);
    expect(lines).toHaveLength(8);
  });

  it('writes only headers when nothing is found, and gives its connection back each time', async () => {
    for (let time = 0; time < 10; time++) {
      expect((await exported({ text: 'nobody' })).text.split('\r\n')).toHaveLength(2);
    }
  });
});

describe('what helps to put a search together', () => {
  it('lists fields with their types, unknown ones too', async () => {
    const { items } = (await api('GET', '/fields')).json as {
      items: {
        section: string;
        known: boolean;
        multi: boolean;
        fields: { name: string; type: string; seen: boolean }[];
      }[];
    };
    const drives = items.find(({ section }) => section === 'DRIVES');
    expect(drives).toMatchObject({ known: true, multi: true });
    expect(drives?.fields).toContainEqual({ name: 'FREE_PERCENT', type: 'number', seen: true });
    expect(drives?.fields.find(({ name }) => name === 'TOTAL')).toMatchObject({ type: 'integer' });
  });

  it('lists software with how many devices have it, page by page, and the versions of one', async () => {
    const first = (await api('GET', '/software?limit=20')).json as {
      items: { name: string; version: string; devices: number }[];
      total: number;
      next: string | null;
    };
    const rest = (await api('GET', `/software?limit=500&cursor=${first.next ?? ''}`)).json as typeof first;
    const all = [...first.items, ...rest.items];
    expect([first.items.length, rest.next, all.length]).toEqual([20, null, first.total]);
    expect(all.reduce((sum, { devices }) => sum + devices, 0)).toBe(DEVICES * 3);
    const [one] = all;
    const versions = (
      await api('GET', `/software/versions?name=${encodeURIComponent(one?.name.toUpperCase() ?? '')}`)
    ).json as typeof first;
    expect(versions.items).toContainEqual(one);
    expect((await api('GET', '/software?text=no%20such%25')).json).toEqual({
      items: [],
      total: 0,
      next: null,
    });
  });

  it('suggests values of columns, account fields and software', async () => {
    const values = async (path: string) =>
      ((await api('GET', `/fields/${path}`)).json as { items: { value: string }[] }).items.map(
        ({ value }) => value,
      );
    expect(await values('device/tag/values?text=E')).toEqual(['even']);
    expect(await values('account/TAG/values')).toEqual(['even', 'odd']);
    expect((await values('SOFTWARES/NAME/values?limit=2')).length).toBe(2);
    expect(await values('SOFTWARES/PUBLISHER/values?text=cisco')).toEqual(['Cisco Systems & Co']);
    expect(await values('NOBODY/HAS/values')).toEqual([]);
    expect((await api('GET', '/fields/BIOS/SMODEL/values?limit=0')).status).toBe(400);
  });
});
