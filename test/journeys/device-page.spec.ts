import { httpRequest, type HttpAnswer } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { activate, assign, buildPackage } from '../installation/packages.js';
import { ScriptedMachine, type ListedDevice } from './scripted-machine.js';

let installation: Installation;
let api: Api;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
});

afterAll(() => installation.stop());

const software = (name: string, version: string): string =>
  `<SOFTWARES><NAME>${name}</NAME><PUBLISHER>Editor &amp; Co</PUBLISHER><VERSION>${version}</VERSION></SOFTWARES>`;

let seeds = 0;

async function reported(
  prefix: string,
  extra = '',
): Promise<{ readonly one: ScriptedMachine; readonly id: string }> {
  seeds += 1;
  const one = new ScriptedMachine(installation, seeds, { hostname: `${prefix}-${seeds}`, extra });
  await one.call();
  return { one, id: await one.deviceId(api) };
}

/** A file that the API offers for download. */
function download(path: string, body?: unknown): Promise<HttpAnswer> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return httpRequest(`${installation.httpUrl}${path}`, {
    method: bytes === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Bearer ${api.token}`,
      ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
    },
    ...(bytes && { body: bytes }),
  });
}

interface Found {
  readonly items: readonly ListedDevice[];
  readonly total: number | null;
  readonly next: string | null;
}

const search = (body: object): Promise<Found> => api.post<Found>('/api/v1/devices/search', body);

async function namesOf(criteria: object): Promise<string[]> {
  return (await search({ criteria, limit: 100 })).items.map(({ name }) => name).sort();
}

describe('a search by criteria', () => {
  it('finds devices by any field of any section, on one row or on several, however nested', async () => {
    const a = await reported('search', `${software('Paint 7', '7.10.2')}<NOVELTY><LEVEL>9</LEVEL></NOVELTY>`);
    const b = await reported('search', software('Paint 7', '7.9.9') + software('Other', '8.0'));
    const c = await reported('search', software('Writer', '1.0'));
    const mine = { device: 'name', operator: 'like', value: 'search-?*' };
    const [nameA, nameB, nameC] = [a, b, c].map(({ one }) => one.facts.hostname);
    const paint = { section: 'SOFTWARES', field: 'NAME', operator: 'like', value: 'paint*' };
    const newer = { field: 'VERSION', operator: 'at-least', value: '7.10' };
    const sameRow = { section: 'SOFTWARES', row: { all: [{ ...paint, section: undefined }, newer] } };
    const anyRows = { all: [mine, paint, { section: 'SOFTWARES', ...newer }] };
    expect(await namesOf({ all: [mine, paint] })).toEqual([nameA, nameB].sort());
    expect(await namesOf({ all: [mine, sameRow] })).toEqual([nameA]);
    expect(await namesOf(anyRows)).toEqual([nameA, nameB].sort());
    expect(await namesOf({ all: [mine, { not: paint }] })).toEqual([nameC]);
    const novelty = { section: 'NOVELTY', field: 'LEVEL', operator: 'greater', value: 8 };
    expect(await namesOf(novelty)).toEqual([nameA]);
    expect(await namesOf({ all: [mine, { any: [novelty, { not: paint }] }] })).toEqual([nameA, nameC].sort());
    const mac = c.one.facts.adapters[0]?.['MACADDR'];
    const byMac = { section: 'NETWORKS', field: 'MACADDR', operator: 'equal', value: mac };
    expect(await namesOf(byMac)).toEqual([nameC]);
    const injected = { section: 'SOFTWARES', field: 'NAME', operator: 'contains', value: "x' OR 1=1; --" };
    expect(await namesOf(injected)).toEqual([]);
  });

  it('is counted, explained in words, sent as CSV and cut into pages', async () => {
    for (let i = 0; i < 5; i++) await reported('paged', software('Spread Sheet', `1.${i}`));
    const criteria = {
      all: [
        { device: 'name', operator: 'like', value: 'paged-*' },
        { section: 'SOFTWARES', field: 'NAME', operator: 'equal', value: 'Spread Sheet' },
      ],
    };
    const counted = await api.post<{ total: number }>('/api/v1/devices/search/count', { criteria });
    expect(counted.total).toBe(5);
    const explained = JSON.stringify(await api.post('/api/v1/devices/search/explain', { criteria }));
    expect(explained).toContain('Spread Sheet');

    const columns = ['device.name', 'BIOS.SMODEL', 'account.TAG'];
    const first = await search({ criteria, limit: 2, columns });
    const second = await search({ criteria, limit: 2, columns, cursor: first.next });
    const third = await search({ criteria, limit: 2, columns, cursor: second.next });
    const pages = [first, second, third].map(({ items }) => items.map(({ id }) => id));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flat()).size).toBe(5);
    expect([first.total, third.next]).toEqual([5, null]);

    const csv = await download('/api/v1/devices/search/export', { criteria, columns });
    expect([csv.status, csv.headers['content-type']]).toEqual([200, expect.stringContaining('text/csv')]);
    const lines = csv.body.toString('utf8').trim().split(/\r?\n/);
    expect(lines).toHaveLength(6);
    expect(lines.slice(1).every((line) => line.includes('Latitude 7440'))).toBe(true);
  });

  it('is helped by what values there are', async () => {
    await reported('suggested', software('Unheard Of', '4.2'));
    const values = '/api/v1/fields/SOFTWARES/NAME/values?text=unheard';
    expect(JSON.stringify(await api.get(values))).toContain('Unheard Of');
    const list = JSON.stringify(await api.get('/api/v1/software?text=unheard'));
    expect(list).toContain('Unheard Of');
    expect(list).toContain('Editor & Co');
  });
});

interface Change {
  readonly section: string;
  readonly added: readonly Readonly<Record<string, unknown>>[];
  readonly removed: readonly Readonly<Record<string, unknown>>[];
}

describe('the page of a device', () => {
  it('shows what came and went with each inventory', async () => {
    const { one, id } = await reported('changes', software('Browser', '1.0'));
    await one.changed({ extra: software('Browser', '2.0') }).report();
    const { items } = await api.get<{ items: Change[] }>(`/api/v1/devices/${id}/changes?section=SOFTWARES`);
    expect(items.map(({ added, removed }) => ({ added, removed }))).toEqual([
      {
        added: [expect.objectContaining({ NAME: 'Browser', VERSION: '2.0' })],
        removed: [expect.objectContaining({ NAME: 'Browser', VERSION: '1.0' })],
      },
    ]);
  });

  it('shows when it called, and its last document as it was sent', async () => {
    const { one, id } = await reported('document');
    await one.changed({ extra: '<NOVELTY><A>déjà vu</A></NOVELTY>' }).call();
    const document = await download(`/api/v1/devices/${id}/document`);
    expect([document.status, document.headers['content-type']]).toEqual([
      200,
      expect.stringContaining('application/xml'),
    ]);
    expect(document.body.toString('utf8')).toContain('<NOVELTY><A>déjà vu</A></NOVELTY>');
    const kinds = async (): Promise<string[]> => {
      const { items } = await api.get<{ items: { kind: string }[] }>(`/api/v1/devices/${id}/contacts`);
      return items.map(({ kind }) => kind.toLowerCase()).sort();
    };
    // The first PROLOG was of a machine that nobody knew yet.
    await expect.poll(kinds, { timeout: 10_000 }).toEqual(['inventory', 'inventory', 'prolog']);
  });

  it('shows its packages, and gives everything away as one document', async () => {
    const { one, id } = await reported('export', software('Exported', '3.1'));
    const settings = { name: 'Exported', operatingSystem: 'linux', priority: 1 };
    const action = { kind: 'EXECUTE', command: 'true' };
    const made = await buildPackage(installation.httpUrl, api, { ...settings, action }, null);
    await assign(api, await activate(api, made.id), id);
    expect(await one.offered()).toEqual([made.fileId]);
    const deliveries = async (): Promise<string[]> => {
      const { items } = await api.get<{ items: { fileId: string; state: string }[] }>(
        `/api/v1/devices/${id}/deliveries`,
      );
      return items.map(({ fileId, state }) => `${fileId} ${state}`);
    };
    await expect.poll(deliveries, { timeout: 10_000 }).toEqual([`${made.fileId} notified`]);
    const status = { package: made.id, operator: 'status', value: ['notified'] };
    expect(await namesOf(status)).toEqual([one.facts.hostname]);

    const exported = await download(`/api/v1/devices/${id}/export`);
    expect(exported.status).toBe(200);
    const all = JSON.parse(exported.body.toString('utf8')) as {
      overview: { name: string };
      sections: Record<string, Record<string, unknown>[]>;
      deliveries: { fileId: string }[];
    };
    expect(all.overview.name).toBe(one.facts.hostname);
    expect(all.sections['SOFTWARES']?.map((row) => row['NAME'])).toContain('Exported');
    expect(all.deliveries.map(({ fileId }) => fileId)).toEqual([made.fileId]);
  });

  it('is gone when it is deleted, for a day can be had back, and comes back by itself when it calls', async () => {
    const { one, id } = await reported('deleted');
    const count = async (): Promise<number | null> => (await search({ text: one.facts.hostname })).total;
    expect((await api.ask('DELETE', `/api/v1/devices/${id}`)).status).toBeLessThan(300);
    expect(await count()).toBe(0);
    await api.post(`/api/v1/devices/${id}/restore`);
    expect((await one.listed(api))?.id).toBe(id);
    await api.ask('DELETE', `/api/v1/devices/${id}`);
    expect((await one.prolog()).response).toBe('SEND');
    await one.report();
    expect((await one.listed(api))?.id).toBe(id);
  });

  it('is on no list while it is archived, whatever it sends', async () => {
    const { one, id } = await reported('archived');
    await api.post(`/api/v1/devices/${id}/archive`);
    await one.call();
    expect(await one.listed(api)).toBeUndefined();
    const archived = await search({ text: one.facts.hostname, state: 'archived' });
    expect(archived.items.map((device) => device.id)).toEqual([id]);
    await api.post(`/api/v1/devices/${id}/restore`);
    expect((await one.listed(api))?.id).toBe(id);
  });
});
