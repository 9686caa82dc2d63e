import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  httpRequest,
  makeTarGz,
  noise,
  removeDirectory,
  temporaryDirectory,
  waitFor,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine, setQuickDownloads } from '../installation/machine.js';
import {
  activate,
  assign,
  buildPackage,
  builtOrFailed,
  deliveryIn,
  uploadArchive,
  type BuiltPackage,
  type CreatedPackage,
} from '../installation/packages.js';
import { fragmentBytesSent, ProxySite } from './proxy-site.js';

const FRAGMENTS = 3;

let installation: Installation;
let api: Api;
let machines: string;
let site: ProxySite;
/** Where agents are told to fetch fragments unless an activation says otherwise. */
let location: string;

beforeAll(async () => {
  [installation, machines] = await Promise.all([startInstallation(), temporaryDirectory('machines')]);
  location = `${new URL(installation.httpUrl).host}/download`;
  api = await Api.login(installation);
  site = await ProxySite.open(installation);
  await setQuickDownloads(api);
});

afterAll(async () => {
  await site.close();
  await installation.stop();
  await removeDirectory(machines);
});

async function inventoried(hostname: string, env: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const machine = new Machine(installation, hostname, machines, { env });
  const { exitCode, log } = await machine.run();
  expect(exitCode, log).toBe(0);
  return machine;
}

function contentOf(version: number): Buffer {
  return Buffer.concat([Buffer.from(`version ${version}\n`), noise(90_000)]);
}

async function archiveOf(version: number): Promise<Buffer> {
  return makeTarGz({ 'app.bin': { content: contentOf(version) } });
}

function build(name: string, target: string): Promise<BuiltPackage> {
  const action = { kind: 'STORE', path: target };
  const settings = { name, operatingSystem: 'linux', priority: 1, action, fragments: { count: FRAGMENTS } };
  return archiveOf(1).then((archive) => buildPackage(installation.httpUrl, api, settings, archive));
}

/** Runs an agent that has been given a package, and waits for its success. */
async function installed(machine: Machine, made: CreatedPackage): Promise<void> {
  const { log } = await machine.run();
  const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
  expect(delivery.code, log).toBe('SUCCESS');
}

describe('behind a forward proxy', () => {
  let made: BuiltPackage;
  let first: Machine;
  let second: Machine;
  let target: string;

  it('the second machine has its fragments from the cache, and the origin sends each once', async () => {
    target = join(machines, 'stored');
    first = await inventoried('behind-one', site.env);
    second = await inventoried('behind-two', site.env);
    made = await build('Through the proxy', target);
    const activationId = await activate(api, made.id);
    for (const machine of [first, second]) await assign(api, activationId, await machine.deviceId(api));

    const before = await fragmentBytesSent(installation);
    await installed(first, made);
    await site.untilNoted(made.fileId, location, FRAGMENTS);
    const sent = (await fragmentBytesSent(installation)) - before;
    await installed(second, made);
    await site.untilNoted(made.fileId, location, 2 * FRAGMENTS);

    const all = await site.fragmentsOf(made.fileId, location);
    expect(all.map(({ fragment, found }) => `${fragment} ${found}`)).toEqual([
      ...['1 MISS', '2 MISS', '3 MISS'],
      ...['1 HIT', '2 HIT', '3 HIT'],
    ]);
    expect(sent).toBeGreaterThan(90_000);
    expect((await fragmentBytesSent(installation)) - before).toBe(sent);
    expect(await readFile(join(target, 'app.bin'))).toEqual(contentOf(1));
  });

  it('reports pass, info files go through a tunnel, and neither stays in the cache', async () => {
    const accesses = await site.accesses();
    expect(accesses.filter(({ url }) => url.endsWith('/info'))).toEqual([]);
    expect(
      accesses.filter(({ method, result }) => method === 'CONNECT' && result === 'TCP_TUNNEL').length,
    ).toBe(2);
    const posts = accesses.filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThanOrEqual(6);
    expect(new Set(posts.map(({ result, status }) => `${result} ${status}`))).toEqual(
      new Set(['TCP_MISS 200']),
    );
  });

  it('a probe finds that the cache keeps what is right', async () => {
    const { id } = await site.register(api, 'forward');
    const probe = await api.post(`/api/v1/proxy-caches/${id}/probe`, { fileId: made.fileId });
    expect(probe).toMatchObject({ reachable: true, correct: true, cached: 'hit', problem: null });
  });

  it('a new version is never served stale', async () => {
    const next = await api.post<CreatedPackage>(`/api/v1/packages/${made.id}/versions`, {});
    expect(next.fileId).not.toBe(made.fileId);
    await uploadArchive(installation.httpUrl, api, next.upload?.url ?? '', await archiveOf(2));
    await api.post(`/api/v1/packages/${next.id}/build`);
    expect((await builtOrFailed(api, next.id)).state).toBe('built');
    const activationId = await activate(api, next.id);
    await assign(api, activationId, await first.deviceId(api));
    await installed(first, next);
    expect(await readFile(join(target, 'app.bin'))).toEqual(contentOf(2));
  });

  it('a package that is taken back at once leaves the cache, so that nobody gets it any more', async () => {
    const path = `/download/${made.fileId}/${made.fileId}`;
    expect((await site.fetch(`${path}-1`)).headers['x-cache']).toContain('HIT');
    const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/proxy-caches');
    const deleted = await api.ask('DELETE', `/api/v1/packages/${made.id}?immediately=true`);
    expect(deleted.status, JSON.stringify(deleted.body)).toBe(200);
    await waitFor(
      async () => {
        const purges = await api.get<{ items: { fileId: string; state: string }[] }>(
          `/api/v1/proxy-caches/${items[0]?.id}/purges`,
        );
        return purges.items.some(({ fileId, state }) => fileId === made.fileId && state === 'purged');
      },
      { what: 'the purge', timeoutMs: 30_000 },
    );
    for (const n of [1, 2, 3]) expect((await site.fetch(`${path}-${n}`)).status).toBe(404);
  });
});

describe('at a site with an accelerator', () => {
  it('agents fetch from it by the fragment location of their activation, and the origin sends each once', async () => {
    const { fragmentLocation } = await site.register(api, 'accelerator');
    expect(fragmentLocation).toBe(`127.0.0.1:${site.squid.acceleratorPort}/download`);
    const place = fragmentLocation ?? '';
    const target = join(machines, 'accelerated');
    const pair = [await inventoried('beside-one'), await inventoried('beside-two')] as const;
    const made = await build('From the accelerator', target);
    const activationId = await activate(api, made.id, { fragmentLocation });
    for (const machine of pair) await assign(api, activationId, await machine.deviceId(api));
    const checked = (await site.fragmentsOf(made.fileId, place)).length;
    for (const machine of pair) await installed(machine, made);
    await site.untilNoted(made.fileId, place, checked + 2 * FRAGMENTS);

    const all = await site.fragmentsOf(made.fileId, place);
    // Whoever came first, an agent or the check of the activation.
    expect(
      all
        .filter(({ found }) => found === 'MISS')
        .map(({ fragment }) => fragment)
        .sort(),
    ).toEqual(['1', '2', '3']);
    expect(all.slice(-FRAGMENTS).map(({ found }) => found)).toEqual(['HIT', 'HIT', 'HIT']);
    expect(await site.fragmentsOf(made.fileId, location)).toEqual([]);
    expect(await readFile(join(target, 'app.bin'))).toEqual(contentOf(1));
  });
});

it('anybody who sets up a machine is shown what to write on it, without logging in', async () => {
  const query = `os=linux&kind=forward&host=127.0.0.1&port=${site.squid.port}&server=${installation.httpUrl}`;
  const page = await httpRequest(`${installation.httpUrl}/agent-settings?${query}`);
  expect(page.status).toBe(200);
  expect(page.body.toString()).toContain(`http_proxy=${site.squid.url}`);
});
