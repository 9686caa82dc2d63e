import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@entrepot/testing';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ranIn, type Ran } from './run.spec-support.js';
import type { Terminal } from './terminal.js';

const PACKAGE = '018f0000-0000-7000-8000-000000000001';
const DEVICE = '018f0000-0000-7000-8000-000000000002';
const packageView = {
  id: PACKAGE,
  fileId: '1700000001',
  name: 'app',
  version: 1,
  operatingSystem: 'linux',
  priority: 5,
  state: 'built',
};
const deviceView = {
  id: DEVICE,
  name: 'pc-1\u001b[31m',
  agentDeviceId: 'pc-1-2025-01-01-00-00-00',
  tag: 'Lyon',
  osName: 'Debian',
  lastInventoryAt: null,
};

/** What the server was asked, newest last. */
const asked: { readonly method: string; readonly url: string; readonly body: unknown }[] = [];
const deliveryStates = ['waiting', 'notified', 'failed'];
let notBuiltAnswers = 0;
const page = (items: readonly unknown[]): object => ({ items, total: items.length, next: null });

function sampleServer(): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.addHook('preHandler', async (request: FastifyRequest, reply) => {
    asked.push({ method: request.method, url: request.url, body: request.body });
    if (request.url.startsWith('/api/v1/auth/') || request.headers.authorization === 'Bearer good') return;
    await reply.code(401).send({ code: 'AUTH_TOKEN_INVALID', detail: 'The token is unknown.' });
  });
  server.post('/api/v1/auth/login', async (request, reply) => {
    const { password } = request.body as { password: string };
    if (password === 'secret') return { accessToken: 'good' };
    return reply.code(401).send({ code: 'IDENTITY_CREDENTIALS_WRONG', detail: 'Wrong name or password.' });
  });
  server.post('/api/v1/devices/search', async (request) => {
    const { text } = request.body as { text?: string };
    return page(text === undefined || deviceView.agentDeviceId.includes(text) ? [deviceView] : []);
  });
  server.get('/api/v1/packages', async () => page([packageView]));
  server.post('/api/v1/activations', async (request, reply) => {
    const { infoLocation } = request.body as { infoLocation?: string };
    if (infoLocation === 'taken/download')
      return reply.code(409).send({ code: 'ACTIVATION_ALREADY_EXISTS', activationId: 'older' });
    if (notBuiltAnswers === 0) return { id: 'a', infoLocation: 'i', fragmentLocation: 'f' };
    notBuiltAnswers -= 1;
    return reply.code(409).send({ code: 'ACTIVATION_PACKAGE_NOT_BUILT', detail: 'Not built.' });
  });
  const at = { infoLocation: 'host/download', fragmentLocation: 'host/download' };
  server.get('/api/v1/activations', async () =>
    page([
      { id: 'newest', ...at },
      { id: 'older', ...at },
    ]),
  );
  server.get('/api/v1/activations/older', async () => ({ id: 'older' }));
  server.post('/api/v1/assignments', async (request) => {
    const { deviceIds } = request.body as { deviceIds: string[] };
    return {
      items: deviceIds.map((deviceId) => ({ deviceId, assignmentId: 's', deliveryId: 'd', attempt: 1 })),
    };
  });
  server.get('/api/v1/packages/:id/statistics', async () => {
    const state = deliveryStates[0] ?? '';
    return { counts: { waiting: 0, notified: 0, succeeded: 0, failed: 0, [state]: 1 }, total: 1 };
  });
  server.get('/api/v1/deliveries', async () => {
    const state = deliveryStates.length > 1 ? deliveryStates.shift() : deliveryStates[0];
    return page([
      {
        id: 'd',
        deviceId: DEVICE,
        deviceName: 'pc-1',
        attempt: 1,
        state,
        code: null,
        createdAt: '2025-01-01T00:00:00Z',
        notifiedAt: null,
        endedAt: null,
      },
    ]);
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

describe('entrepot', () => {
  it('lists devices, and what machines call themselves cannot steer the terminal', async () => {
    const { code, out } = await entrepot(['devices', '--search', 'pc']);
    expect(code).toBe(0);
    expect(out).toContain('pc-1?[31m');
    expect(out).toContain(DEVICE);
    expect(asked).toMatchObject([{ url: '/api/v1/devices/search', body: { text: 'pc' } }]);
  });

  it('prints JSON for scripts, wherever the option stands', async () => {
    for (const words of [
      ['--json', 'devices'],
      ['devices', '--json'],
    ])
      expect(JSON.parse((await entrepot(words)).out)).toEqual([deviceView]);
  });

  it('ends with 1 and the server’s words and code when it is refused', async () => {
    const environment = { HOME: home, ENTREPOT_URL: url, ENTREPOT_TOKEN: 'bad' };
    const { code, err } = await entrepot(['devices'], { environment });
    expect(code).toBe(1);
    expect(err).toContain('The token is unknown. Run "entrepot login" first. [AUTH_TOKEN_INVALID]');
  });

  it('ends with 2 when it is used wrongly', async () => {
    expect((await entrepot(['nonsense'])).code).toBe(2);
    expect((await entrepot(['device'])).code).toBe(2);
    expect((await entrepot(['devices', '--server', 'ftp://x'])).code).toBe(2);
    expect(
      (await entrepot(['package', 'create', '--name', 'a', '--os', 'linux', '--action', 'store'])).code,
    ).toBe(2);
    expect((await entrepot(['--help'])).code).toBe(0);
    expect(asked).toEqual([]);
  });

  it('ends with 3 when the server cannot be reached', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const { code, err } = await entrepot(['devices', '--server', nowhere]);
    expect(code).toBe(3);
    expect(err).toContain(`Cannot reach ${nowhere} (ECONNREFUSED)`);
  });
});

describe('entrepot login', () => {
  it('stores the token for this user alone, and later commands use it', async () => {
    const environment = { HOME: home, ENTREPOT_URL: url };
    const readInput = (): Promise<string> => Promise.resolve('secret\n');
    expect((await entrepot(['login', '--password-stdin'], { environment, readInput })).code).toBe(0);
    const path = join(home, '.config/entrepot/credentials.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain('secret');
    expect((await entrepot(['devices'], { environment })).code).toBe(0);
  });

  it('reads the password that a local server has generated', async () => {
    await writeFile(join(home, 'admin-password'), 'secret\n');
    const environment = { HOME: home, ENTREPOT_URL: url, ENTREPOT_DATA_DIR: home };
    expect((await entrepot(['login'], { environment })).code).toBe(0);
    expect(asked).toMatchObject([{ body: { username: 'admin', password: 'secret' } }]);
  });

  it('asks when the generated password was changed since', async () => {
    await writeFile(join(home, 'admin-password'), 'of long ago\n');
    const environment = { HOME: home, ENTREPOT_URL: url, ENTREPOT_DATA_DIR: home };
    const askSecret = (): Promise<string> => Promise.resolve('secret');
    expect((await entrepot(['login'], { environment, askSecret })).code).toBe(0);
    await rm(join(home, 'admin-password'));
  });

  it('asks when there is no such file, and says so when nobody can answer', async () => {
    const environment = { HOME: home, ENTREPOT_URL: url, ENTREPOT_DATA_DIR: home };
    const askSecret = (): Promise<string> => Promise.resolve('wrong');
    expect(await entrepot(['login'], { environment, askSecret })).toMatchObject({
      code: 1,
      err: expect.stringContaining('Wrong name or password. [IDENTITY_CREDENTIALS_WRONG]'),
    });
    expect((await entrepot(['login'], { environment })).code).toBe(2);
  });
});

describe('the way of a package', () => {
  it('activates by name and waits for the news that it is built', async () => {
    notBuiltAnswers = 2;
    const { code, out } = await entrepot(['activate', 'app', '--info-location', 'here/download']);
    expect([code, out]).toEqual([0, expect.stringContaining('app@1 is activated')]);
    expect(asked.at(-1)?.body).toEqual({ packageId: PACKAGE, infoLocation: 'here/download' });
  });

  it('shows the activation that stands in the way, not another one', async () => {
    const { code, out } = await entrepot(['activate', 'app', '--info-location', 'taken/download', '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { id: 'older' }]);
  });

  it('assigns the newest activation to devices by name', async () => {
    const { code } = await entrepot(['assign', 'app', 'pc-1-2025-01-01-00-00-00', '--force']);
    expect(code).toBe(0);
    expect(asked.at(-1)?.body).toEqual({ activationId: 'newest', deviceIds: [DEVICE], force: true });
    expect((await entrepot(['assign', 'app', 'nobody'])).err).toContain('There is no device "nobody"');
    expect((await entrepot(['assign', 'nothing', 'pc-1'])).err).toContain('There is no package "nothing"');
  });

  it('watches until every device has a result, and ends with 1 when one failed', async () => {
    const { code, out } = await entrepot(['status', 'app', '--watch']);
    expect(code).toBe(1);
    expect(out).toContain('1 in all: 1 waiting');
    expect(out).toContain('1 in all: 0 waiting, 0 notified, 0 succeeded, 1 failed');
  });
});
