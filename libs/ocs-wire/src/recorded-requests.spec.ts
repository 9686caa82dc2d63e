import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inflateBody } from './compression.js';
import { decodeRequest } from './decode-request.js';
import { WireError } from './errors.js';
import type { AgentRequest, InventoryRequest } from './requests.js';
import { SECTIONS } from './sections.js';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const LIMIT = 64 * 1024 * 1024;
const DEVICE = 'vm-2026-11-20-15-34-53';

async function decodeFile(...path: string[]): Promise<AgentRequest> {
  return decodeRequest((await inflateBody(readFileSync(join(FIXTURES, ...path)), LIMIT)).bytes);
}

async function decodeInventoryFile(...path: string[]): Promise<InventoryRequest> {
  const request = await decodeFile(...path);
  if (request.query !== 'INVENTORY') throw new Error(`${path.join('/')} is no inventory.`);
  return request;
}

const journeys = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /-request\.bin$|\.ocs$/.test(path) && !path.startsWith('errors/'),
);

describe('every recorded request of a real agent', () => {
  it.each(journeys)('%s decodes', async (path) => {
    const xml = path.replace(/\.(?:bin|ocs)$/, '.xml');
    const said = existsSync(join(FIXTURES, xml)) ? readFileSync(join(FIXTURES, xml), 'utf8') : 'INVENTORY';
    const request = await decodeFile(path);
    expect(said).toContain(request.query);
    expect(request.deviceId).toMatch(/^vm-2026-11-20-15-34-53/);
    if (request.query === 'INVENTORY') expect(request.sections.get('HARDWARE')).toHaveLength(1);
  });

  it('is there to be decoded', () => {
    expect(journeys.length).toBeGreaterThan(25);
  });
});

describe('a recorded inventory', () => {
  it('has every row of every section', async () => {
    const request = await decodeInventoryFile('agent-nosoftware/02-request.bin');
    const xml = readFileSync(join(FIXTURES, 'agent-nosoftware/02-request.xml'), 'utf8');
    expect(request).toMatchObject({
      deviceId: DEVICE,
      oldDeviceId: null,
      checksum: 66049,
      accountInfo: [{ name: 'TAG', value: 'LAB01' }],
      downloadHistory: [],
    });
    for (const name of ['CONTROLLERS', 'LOCAL_GROUPS', 'LOCAL_USERS', 'NETWORKS', 'REPOSITORY', 'STORAGES']) {
      expect(request.sections.get(name)).toHaveLength(xml.split(`<${name}>`).length - 1);
    }
    expect(request.sections.has('BIOS')).toBe(false);
    expect(request.sections.get('CPUS')?.[0]).toMatchObject({ CORES: '2', NBSOCKET: '1' });
    for (const name of request.sections.keys()) expect(SECTIONS.has(name)).toBe(true);
  });

  it('has 1,000 SOFTWARES at the first contact, and 600 in the one for benchmarks', async () => {
    const first = await decodeInventoryFile('agent-first-inventory/02-request.bin');
    expect(first.software?.rows()).toHaveLength(1000);
    const load = await decodeInventoryFile('load/inventory-600-softwares.xml');
    expect(load.software?.rows()).toHaveLength(600);
    expect(load.sections.get('BIOS')?.[0]?.SMODEL).toBe('Precision 3660');
  });

  it('has its history', async () => {
    const request = await decodeInventoryFile('download-already-in-history/02-request.bin');
    expect(request.downloadHistory).toEqual(['1700000001']);
  });

  it('in ISO-8859-1 has its accents', async () => {
    const request = await decodeInventoryFile('errors/inventory-latin1-ok/01-request.bin');
    expect(request.sections.get('HARDWARE')).toEqual([
      { CHECKSUM: '1572863', NAME: 'lat', DESCRIPTION: 'café' },
    ]);
  });
});

describe('a recorded result', () => {
  it.each([
    ['download-store-ok/08', '1700000001', 'SUCCESS'],
    ['download-launch-exit3/05', '1700000003', 'SUCCESS_3'],
    ['download-execute-fail/05', '1700000005', 'ERR_EXECUTE'],
    ['download-bad-digest/06', '1700000006', 'ERR_BAD_DIGEST'],
    ['errors/download-no-err/01', '1700000001', 'UNKNOWN_CODE'],
    ['errors/download-unknown-package/01', '42', 'SUCCESS'],
  ])('%s is %s %s', async (path, fileId, result) => {
    expect(await decodeFile(`${path}-request.bin`)).toEqual({
      query: 'DOWNLOAD',
      deviceId: DEVICE,
      fileId,
      result,
    });
  });
});

/** Decided by method or user agent, which are the HTTP edge's concern. */
const NOT_IN_THE_BODY = new Set([
  'get-method',
  'put-method',
  'prolog-agent-v2.9.0',
  'prolog-bad-useragent',
  'prolog-local-ua',
]);

/** Where we answer another status than the recorded server, with the reason. */
const DIFFERENT = new Map<string, [number, string]>([
  ['malformed-xml', [400, '§1.7 says 400 for XML that cannot be parsed; 2.8.1 still said 500']],
  ['system-query', [400, '§1.8: its handler is missing, answer 400']],
  ['update-query', [400, '§1.8: UPDATE is dead']],
  ['update-bad-device', [400, '§1.8: UPDATE is dead, so nothing excuses a bad DEVICEID']],
  ['prolog-plain-no-decl', [200, 'clear XML without declaration is unmistakable']],
  ['inventory-empty-new-device', [200, '§3.5: an inventory without CHECKSUM failed by a bug']],
  ['latin1-inventory', [200, 'the same bug, not the encoding']],
  ['inventory-no-content', [400, 'refused as there, but it is the request that is wrong']],
]);

describe('the status of an odd request', () => {
  const odd = readdirSync(join(FIXTURES, 'errors')).filter((name) => !NOT_IN_THE_BODY.has(name));

  it.each(odd)('%s is the recorded one unless we say why', async (name) => {
    const folder = join(FIXTURES, 'errors', name);
    const recorded = Number(
      /^HTTP\/1\.1 (\d+)/.exec(readFileSync(join(folder, '01-response.headers'), 'utf8'))?.[1],
    );
    const body = join(folder, '01-request.bin');
    const status = await inflateBody(existsSync(body) ? readFileSync(body) : Buffer.alloc(0), LIMIT)
      .then(({ bytes }) => decodeRequest(bytes))
      .then(
        () => 200,
        (error: unknown) => (error instanceof WireError ? error.status : error),
      );
    expect(status).toBe(DIFFERENT.get(name)?.[0] ?? recorded);
  });
});
