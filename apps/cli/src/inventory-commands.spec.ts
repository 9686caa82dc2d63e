import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ranIn, type Ran } from './run.spec-support.js';
import type { Terminal } from './terminal.js';

const DEVICE = '018f0000-0000-7000-8000-000000000002';
const GROUP = '018f0000-0000-7000-8000-000000000003';
const OTHER = '018f0000-0000-7000-8000-000000000004';
const CRITERIA = { device: 'tag', operator: 'equal', value: 'Lyon' };
const DOCUMENT = Buffer.from('<REQUEST>\u00e9</REQUEST>', 'latin1');

const page = (items: readonly unknown[]): object => ({ items, total: items.length, next: null });
const device = {
  id: DEVICE,
  name: 'pc-1',
  agentDeviceId: 'pc-1-2025',
  tag: 'Lyon',
  osName: 'Debian',
  lastInventoryAt: null,
};
const group = { id: GROUP, name: 'Lyon', description: 'All of them', kind: 'dynamic', members: 7 };
const other = { ...device, id: OTHER, name: 'pc-1' };
const pair = { id: GROUP, older: device, newer: other, score: 80, state: 'open' };
const merge = {
  id: OTHER,
  survivor: device,
  absorbed: other,
  cause: 'manual',
  mergedAt: '2026-01-01T00:00:00Z',
  undoneAt: null,
};
const setting = { key: 'PROLOG_FREQ', value: 24, default: 24, unit: 'h' };

/** What the server answers, by method and path. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'POST /api/v1/devices/search': page([device]),
  [`GET /api/v1/devices/${DEVICE}`]: { name: 'pc-1', sections: [] },
  [`GET /api/v1/devices/${DEVICE}/settings`]: page([
    { ...setting, origin: 'group', group: { id: GROUP, name: 'Lyon' } },
    { ...setting, key: 'DEPLOY', value: true, unit: null, origin: 'default', group: null },
  ]),
  [`GET /api/v1/devices/${DEVICE}/groups`]: page([{ ...group, origin: 'matched', since: '' }]),
  [`GET /api/v1/devices/${DEVICE}/changes`]: page([
    {
      section: 'SOFTWARES',
      at: '2026-01-01T00:00:00Z',
      addedCount: 501,
      removedCount: 1,
      added: [{ NAME: 'app\u001b[2J', VERSION: '2', PUBLISHER: '' }],
      removed: [{ NAME: 'app', VERSION: '1', PUBLISHER: '' }],
    },
  ]),
  [`PUT /api/v1/devices/${DEVICE}/settings/PROLOG_FREQ`]: setting,
  [`DELETE /api/v1/groups/${GROUP}/settings/PROLOG_FREQ`]: setting,
  'DELETE /api/v1/settings/PROLOG_FREQ': setting,
  'GET /api/v1/groups': page([{ ...group, id: OTHER, name: 'Lyon 2' }, group]),
  'POST /api/v1/groups': group,
  [`GET /api/v1/groups/${GROUP}/members`]: page([device]),
  [`POST /api/v1/groups/${GROUP}/members`]: { added: 1, removed: 0 },
  [`DELETE /api/v1/groups/${GROUP}/members`]: { added: 0, removed: 1 },
  'GET /api/v1/duplicates': page([pair]),
  [`POST /api/v1/duplicates/${GROUP}/merge`]: merge,
  [`POST /api/v1/duplicates/${GROUP}/dismiss`]: { ...pair, state: 'dismissed' },
  'GET /api/v1/merges': page([merge]),
  [`POST /api/v1/merges/${OTHER}/undo`]: merge,
  'GET /api/v1/searches': page([
    { id: GROUP, name: 'Old', description: '', visibility: 'shared', search: { criteria: CRITERIA } },
    { id: OTHER, name: 'Twice', description: '', visibility: 'shared', search: {} },
    { id: DEVICE, name: 'twice', description: '', visibility: 'private', search: {} },
  ]),
  'GET /api/v1/software': page([{ name: 'app', publisher: 'me', version: '1.2', devices: 3 }]),
  'GET /api/v1/account-fields': page([
    { name: 'SITE', label: 'Site', type: 'list', options: ['Lyon', 'Paris'], policy: 'server-wins' },
  ]),
};

/** What the server was asked, newest last. */
const asked: { readonly asked: string; readonly query: unknown; readonly body: unknown }[] = [];

function sampleServer(): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.get(`/api/v1/devices/${DEVICE}/document`, (_, reply) =>
    reply.type('application/xml').send(DOCUMENT),
  );
  server.all('/*', async (request: FastifyRequest, reply) => {
    const key = `${request.method} ${request.url.split('?')[0] ?? ''}`;
    asked.push({ asked: key, query: request.query, body: request.body ?? null });
    return ANSWERS[key] ?? reply.code(404).send({ code: 'HTTP_NOT_FOUND', detail: `Nothing at ${key}` });
  });
  return server;
}

const server = sampleServer();
let url = '';
let home = '';
beforeAll(async () => {
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  asked.length = 0;
  home = await mkdtemp(join(tmpdir(), 'entrepot-cli-'));
  return () => rm(home, { recursive: true, force: true });
});

const entrepot = (words: readonly string[], given: Partial<Terminal> = {}): Promise<Ran> =>
  ranIn({ HOME: home, ENTREPOT_URL: url, ENTREPOT_TOKEN: 'good' }, words, given);
const sent = (): unknown => asked.at(-1)?.body;

describe('entrepot devices', () => {
  it('finds those that fit criteria in a file or from standard input', async () => {
    const file = join(home, 'criteria.json');
    await writeFile(file, JSON.stringify(CRITERIA));
    expect((await entrepot(['devices', '--criteria', file])).out).toContain(DEVICE);
    expect(sent()).toEqual({ limit: 500, criteria: CRITERIA });
    const readInput = (): Promise<string> => Promise.resolve(JSON.stringify(CRITERIA));
    await entrepot(['devices', '--criteria', '-', '--search', 'pc'], { readInput });
    expect(sent()).toEqual({ limit: 500, text: 'pc', criteria: CRITERIA });
  });

  it('refuses criteria that it cannot read', async () => {
    const readInput = (): Promise<string> => Promise.resolve('{');
    const refused = await entrepot(['devices', '--criteria', '-'], { readInput });
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('standard input is no JSON') });
    expect((await entrepot(['devices', '--criteria', join(home, 'none')])).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe('entrepot device', () => {
  it('shows a device, with and without the word', async () => {
    const shown = await entrepot(['device', 'pc-1']);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('pc-1') });
    expect((await entrepot(['device', 'show', 'pc-1'])).out).toBe(shown.out);
  });

  it('says where the value of each setting comes from', async () => {
    const { out } = await entrepot(['device', 'settings', DEVICE]);
    expect(out).toMatch(/PROLOG_FREQ +24 +h +group Lyon\nDEPLOY +true +- +default\n/);
  });

  it('lists the groups that it is in', async () => {
    expect((await entrepot(['device', 'groups', DEVICE])).out).toMatch(/Lyon +dynamic +matched/);
  });

  it('shows what came and went, and nothing of it steers the terminal', async () => {
    const { out } = await entrepot(['device', 'changes', DEVICE, '--section', 'SOFTWARES', '--limit', '5']);
    expect(out.split('\n').slice(1)).toEqual([
      '  - NAME=app VERSION=1',
      '  + NAME=app?[2J VERSION=2',
      '  + and 500 more',
      '',
    ]);
    expect(asked.at(-1)?.query).toEqual({ section: 'SOFTWARES', limit: '5' });
  });

  it('writes the document byte for byte', async () => {
    expect((await entrepot(['device', 'document', DEVICE])).out).toBe(DOCUMENT.toString('latin1'));
    const file = join(home, 'document.xml');
    expect((await entrepot(['device', 'document', DEVICE, '--output', file])).code).toBe(0);
    expect(await readFile(file)).toEqual(DOCUMENT);
  });
});

describe('entrepot groups', () => {
  it('lists them, and the members of one by its whole name', async () => {
    for (const words of [['groups'], ['groups', 'list']])
      expect((await entrepot(words)).out).toMatch(/Lyon +dynamic +7 +All of them/);
    expect((await entrepot(['groups', 'members', 'lyon'])).out).toContain(DEVICE);
    const unknown = await entrepot(['groups', 'members', 'Ly']);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('There is no group "Ly"') });
  });

  it('makes one of devices, or of whatever fits criteria', async () => {
    const readInput = (): Promise<string> => Promise.resolve(JSON.stringify(CRITERIA));
    await entrepot(['groups', 'create', 'a', '--device', 'pc-1', '--description', 'b']);
    expect(sent()).toEqual({ name: 'a', description: 'b', kind: 'static', deviceIds: [DEVICE] });
    await entrepot(['groups', 'create', 'a', '--criteria', '-'], { readInput });
    expect(sent()).toEqual({ name: 'a', description: 'a', kind: 'dynamic', criteria: CRITERIA });
    await entrepot(['groups', 'create', 'a', '--kind', 'static', '--criteria', '-'], { readInput });
    expect(sent()).toEqual({ name: 'a', description: 'a', kind: 'static', search: CRITERIA });
  });

  it('puts devices in, keeps them out and takes them out', async () => {
    expect((await entrepot(['groups', 'add', 'Lyon', 'pc-1'])).out).toBe('Members: 1 more, 0 fewer.\n');
    expect(sent()).toEqual({ deviceIds: [DEVICE], origin: 'included' });
    await entrepot(['groups', 'add', 'Lyon', 'pc-1', '--exclude']);
    expect(sent()).toEqual({ deviceIds: [DEVICE], origin: 'excluded' });
    expect((await entrepot(['groups', 'remove', GROUP, 'pc-1'])).out).toBe('Members: 0 more, 1 fewer.\n');
    expect(asked.at(-1)).toMatchObject({
      asked: `DELETE /api/v1/groups/${GROUP}/members`,
      body: { deviceIds: [DEVICE] },
    });
  });
});

describe('entrepot settings', () => {
  it('are set for one device and reset for one group or for everybody', async () => {
    expect((await entrepot(['settings', 'set', 'PROLOG_FREQ', '12', '--device', 'pc-1'])).code).toBe(0);
    expect(sent()).toEqual({ value: 12 });
    const { out } = await entrepot(['settings', 'reset', 'PROLOG_FREQ', '--group', 'Lyon']);
    expect(out).toBe('PROLOG_FREQ is now 24.\n');
    expect((await entrepot(['settings', 'reset', 'PROLOG_FREQ'])).code).toBe(0);
    expect(asked.map((request) => request.asked).filter((text) => text.endsWith('PROLOG_FREQ'))).toEqual([
      `PUT /api/v1/devices/${DEVICE}/settings/PROLOG_FREQ`,
      `DELETE /api/v1/groups/${GROUP}/settings/PROLOG_FREQ`,
      'DELETE /api/v1/settings/PROLOG_FREQ',
    ]);
  });

  it('are either a device’s or a group’s', async () => {
    const both = ['settings', 'set', 'PROLOG_FREQ', '12', '--device', 'pc-1', '--group', 'Lyon'];
    expect((await entrepot(both)).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe('entrepot duplicates and merges', () => {
  it('lists pairs of a state, the open ones unless told', async () => {
    for (const words of [['duplicates'], ['duplicates', 'list']])
      expect((await entrepot(words)).out).toMatch(/pc-1 +pc-1 +80 +open/);
    await entrepot(['duplicates', 'list', '--state', 'dismissed']);
    expect(asked.map(({ query }) => query)).toMatchObject([{}, { state: 'open' }, { state: 'dismissed' }]);
  });

  it('makes one of two, and two of one again', async () => {
    const merged = await entrepot(['duplicates', 'merge', GROUP]);
    expect(merged.out).toBe(`Both are pc-1 (${DEVICE}) now. Back: entrepot merges undo ${OTHER}\n`);
    expect((await entrepot(['merges'])).out).toMatch(/manual +pc-1 +pc-1 +- +018f/);
    const undone = await entrepot(['merges', 'undo', OTHER]);
    expect(undone.out).toBe(`pc-1 (${DEVICE}) and pc-1 (${OTHER}) are two devices again.\n`);
  });

  it('leaves two that are two', async () => {
    const { code, out } = await entrepot(['duplicates', 'dismiss', GROUP]);
    expect([code, out]).toEqual([0, expect.stringContaining('stay two devices')]);
  });
});

describe('entrepot searches', () => {
  it('runs one that was saved', async () => {
    expect((await entrepot(['searches'])).out).toMatch(/Old +shared +-/);
    expect((await entrepot(['searches', 'run', 'old'])).out).toContain('pc-1');
    expect(sent()).toEqual({ limit: 500, criteria: CRITERIA });
    expect((await entrepot(['searches', 'run', 'twice'])).err).toContain(
      'Several searches are called "twice"',
    );
    expect((await entrepot(['searches', 'run', 'none'])).code).toBe(1);
  });
});

describe('entrepot software', () => {
  it('counts devices', async () => {
    expect((await entrepot(['software', '--search', 'ap'])).out).toMatch(/3 +app +me +1.2/);
    expect(asked.at(-1)?.query).toMatchObject({ text: 'ap' });
  });
});

describe('entrepot account-fields', () => {
  it('lists the fields', async () => {
    expect((await entrepot(['account-fields'])).out).toMatch(/SITE +Site +list +server-wins +Lyon, Paris/);
  });
});
