import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OfferedPackageMessage, PackagesForDeviceRequest } from '@entrepot/contracts';
import { AppError, defineErrors } from '@entrepot/kernel';
import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  ScriptedAgent,
  useDatabase,
  waitFor,
  type HttpAnswer,
} from '@entrepot/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const FIXTURES = join(import.meta.dirname, '../../../../test/fixtures');
const ERRORS = defineErrors({ TRIAL_AWAY: ['unavailable', 'Away'] });
const OFFER: OfferedPackageMessage = {
  fileId: '1700000001',
  infoLocation: 'server:8443/download',
  packLocation: 'server:8080/download',
  force: false,
  schedule: '',
  postCommand: '',
};

const activation = {
  asked: [] as PackagesForDeviceRequest[],
  away: false,
  packagesForDevice(request: PackagesForDeviceRequest) {
    if (activation.away) return Promise.reject(new AppError(ERRORS.TRIAL_AWAY, 'away'));
    activation.asked.push(request);
    return Promise.resolve({ packages: [OFFER] });
  },
};
const program = useInventoryProgram(
  activation,
  { maxInflatedBytes: 8 * 1024 * 1024 },
  useDatabase({ ownServer: true }),
);
const { agent, api, findDevice } = program;

beforeEach(() => {
  activation.asked.length = 0;
  activation.away = false;
});

/** Sends a recorded request again, with what its agent said of itself and of the body. */
function postFixture(folder: string): Promise<HttpAnswer> {
  const file = join(FIXTURES, folder, '01-request.bin');
  const body = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const recorded = readFileSync(join(FIXTURES, folder, '01-request.headers'), 'utf8');
  const headers = [...recorded.matchAll(/^(User-Agent|Content-Type): (.*?)\r?$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return httpRequest(`${program.base()}/ocsinventory`, {
    method: 'POST',
    headers: { ...Object.fromEntries(headers), 'Content-Length': body.length },
    body,
  });
}

/** Status by folder of test/fixtures/errors; what is not named is answered with 200 (OCS-PROTOCOL.md §1.7). */
const REFUSED: Readonly<Record<string, number>> = {
  'bad-deviceid': 400,
  'missing-deviceid': 400,
  'missing-query': 400,
  'unknown-query': 400,
  'system-query': 400,
  'update-query': 400,
  'update-bad-device': 400,
  'inventory-no-content': 400,
  'malformed-xml': 400,
  'binary-garbage': 500,
  'not-compressed-garbage': 500,
  'truncated-zlib': 500,
  'prolog-rawdeflate': 500,
  'empty-body': 500,
  'empty-xml-text': 500,
};

describe('POST /ocsinventory', () => {
  const folders = readdirSync(join(FIXTURES, 'errors')).filter((name) => !/^(?:get|put)-method$/.test(name));
  it.each(folders)('answers the recorded request errors/%s with the status of §1.7', async (folder) => {
    const answer = await postFixture(`errors/${folder}`);
    expect(answer.status).toBe(REFUSED[folder] ?? 200);
    expect(answer.headers['content-type']).toBe('application/x-compressed');
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(answer.headers['cache-control']).toBe('no-cache');
    if (REFUSED[folder] || /^(?:download|notify)/.test(folder)) expect(answer.body.length).toBe(0);
  });

  it('takes the trailing slash, and refuses GET with 400 and other methods with 403', async () => {
    const slash = await httpRequest(`${program.base()}/ocsinventory/`, { method: 'POST', body: 'x' });
    expect(slash.status).toBe(500);
    expect((await httpRequest(`${program.base()}/ocsinventory`)).status).toBe(400);
    expect((await httpRequest(`${program.base()}/ocsinventory`, { method: 'PUT', body: 'x' })).status).toBe(
      403,
    );
    expect((await httpRequest(`${program.base()}/ocsinventory`, { method: 'DELETE' })).status).toBe(403);
  });

  it.each([
    ['GET', '/ocsinventory/deploy/label', 403],
    ['GET', '/ocsinventory/deploy/label?x=1', 403],
    ['GET', '/ocsinventory/update/windows/agent/1', 403],
    ['GET', '/ocsinventory/deployment', 400],
    ['GET', '/ocsinventory/no/such', 400],
    ['POST', '/ocsinventory/no/such', 500],
    ['PUT', '/ocsinventory/no/such', 403],
    ['DELETE', '/ocsinventory/deploy/label', 403],
  ] as const)('answers %s %s with %i and nothing else', async (method, path, status) => {
    const body = method === 'POST' || method === 'PUT' ? { body: 'x' } : {};
    const answer = await httpRequest(program.base() + path, { method, ...body });
    expect([answer.status, answer.body.length]).toEqual([status, 0]);
  });

  it('takes a request at any path below', async () => {
    const server = `${program.base()}/ocsinventory/any/path`;
    const reply = await new ScriptedAgent({ server, deviceId: 'path-2026-01-01-00-00-00' }).prolog();
    expect([reply.status, reply.response]).toEqual([200, 'SEND']);
  });

  it.each(['unix', 'windows', 'android', 'clear'] as const)(
    'answers a %s agent packed as it asked',
    async (form) => {
      const packed = { unix: 'zlib', windows: 'zlib', android: 'gzip', clear: 'clear' };
      const reply = await agent('form-2026-01-01-00-00-00', form).prolog();
      expect([reply.status, reply.packing, reply.response]).toEqual([200, packed[form], 'SEND']);
      expect(reply.xml).toContain('<PROLOG_FREQ>24</PROLOG_FREQ>');
      expect(reply.xml).toContain('TYPE="CONF" ON="1"');
    },
  );

  it('stores the recorded first inventory of the real agent with all its sections', async () => {
    const body = readFileSync(join(FIXTURES, 'agent-first-inventory/02-request.bin'));
    const answer = await httpRequest(`${program.base()}/ocsinventory`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    const { id, tag } = await findDevice('vm-2026-11-20-15-34-53');
    expect(tag).toBe('LAB01');
    const { json } = await api('GET', `/devices/${id}`);
    const sections = (json as { sections: { name: string; rows: number }[] }).sections;
    expect(sections.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'CPUS',
        'DRIVES',
        'HARDWARE',
        'NETWORKS',
        'REPOSITORY',
        'SOFTWARES',
        'LOCAL_USERS',
      ]),
    );
  });

  it('survives a body that inflates beyond the limit and goes on answering', async () => {
    const bomb = readFileSync(join(FIXTURES, 'errors/prolog-zlib/01-request.bin'));
    const { deflateSync } = await import('node:zlib');
    const reply = await agent('b-2026-01-01-00-00-00').post(
      deflateSync(Buffer.alloc(64 * 1024 * 1024, 0x20)),
    );
    expect(reply.status).toBe(500);
    expect((await agent('b-2026-01-01-00-00-00').post(bomb)).status).toBe(200);
  });

  it('answers 500, not 200, while the database is away, and recovers', async () => {
    await program.database.server().halt();
    const xml = inventoryXml({ seed: 900 });
    expect((await agent(deviceIdFor(900)).inventory(xml)).status).toBe(500);
    await program.database.server().start();
    await waitFor(async () => (await agent(deviceIdFor(900)).inventory(xml)).status === 200);
  });
});

describe('PROLOG of a known device', () => {
  let known: ScriptedAgent;
  beforeAll(async () => {
    known = agent(deviceIdFor(1));
    await known.inventory(inventoryXml({ seed: 1, history: ['1600000001'], tag: 'Paris' }));
  });

  it('lists the packages that activation offers, and tells it the history', async () => {
    const reply = await known.prolog();
    expect(reply.packages.map((offered) => offered.ID)).toEqual([OFFER.fileId]);
    expect(activation.asked.map(({ history }) => history)).toEqual([['1600000001']]);
  });

  it('tells activation what was reported, however late the report itself is, but no word that asks for a retry', async () => {
    await known.report('1700000001', 'ERR_DOWNLOAD_INFO');
    await known.report('1700000002', 'SUCCESS');
    await known.report('no file id', 'SUCCESS');
    await known.report('1700000003', 'ERR_EXECUTE');
    await known.prolog();
    const results = activation.asked[0]?.results ?? [];
    expect(results.map(({ fileId }) => fileId).sort()).toEqual(['1700000002', '1700000003']);
    for (const { at } of results) expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(60_000);
  });

  it('is answered without packages when activation is away', async () => {
    activation.away = true;
    const reply = await known.prolog();
    expect([reply.status, reply.packages.length]).toEqual([200, 0]);
    expect(reply.xml).toContain('TYPE="CONF"');
  });

  it('is written down as a contact, soon', async () => {
    const windows = new ScriptedAgent({
      server: `${program.base()}/ocsinventory`,
      deviceId: known.deviceId,
      userAgent: 'Trial_v1',
    });
    await windows.prolog();
    await waitFor(async () => (await findDevice(known.deviceId)).userAgent === 'Trial_v1');
  });

  it('follows a changed setting at once', async () => {
    const never = await api('PUT', '/settings/FREQUENCY', { value: -1 });
    expect(never.status).toBe(200);
    const stopped = await known.prolog();
    expect([stopped.response, stopped.packages.length, stopped.xml.includes('OPTION')]).toEqual([
      'STOP',
      0,
      false,
    ]);
    await api('DELETE', '/settings/FREQUENCY');
    expect((await known.prolog()).response).toBe('SEND');
    await api('PUT', '/settings/FREQUENCY', { value: 7 });
    expect((await known.prolog()).response).toBe('STOP');
    await api('DELETE', '/settings/FREQUENCY');
  });

  it('is refused with 400 when agents are listed and this one is not', async () => {
    await api('PUT', '/settings/ALLOWED_AGENTS', { value: ['OCS-NG_WINDOWS_AGENT'] });
    expect((await known.prolog()).status).toBe(400);
    expect((await agent('w-2026-01-01-00-00-00', 'windows').prolog()).status).toBe(200);
    await api('DELETE', '/settings/ALLOWED_AGENTS');
  });
});
