import { changeRecorded } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { freePort, noise, startSquid, useDatabase } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProbeAllProxies } from './probe-all-proxies.js';
import type { ProbeResult } from './probe-result.js';
import type { ProxyCacheView } from './proxy-cache.js';
import { ProxyTrial } from './proxy-trial.spec-support.js';

const used = useDatabase();
let trial: ProxyTrial;

beforeAll(async () => {
  trial = await ProxyTrial.start(used.url());
});

afterAll(async () => {
  await trial.stop();
});

async function probed(fields: object = {}, body?: object): Promise<ProbeResult> {
  const { id } = await trial.registered(fields);
  const answer = await trial.fragments.call<ProbeResult>('POST', `proxy-caches/${id}/probe`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

// First, since everything else publishes.
it('tells clearly that nothing is published yet that a probe could fetch', async () => {
  const { id } = await trial.registered();
  const { status, body } = await trial.fragments.call<{ code: string; detail: string }>(
    'POST',
    `proxy-caches/${id}/probe`,
  );
  expect([status, body.code]).toEqual([409, 'FRAGMENTS_PROXY_NOTHING_TO_FETCH']);
  expect(body.detail).toContain('Build a package with an archive first');
  await trial.fragments.get(ProbeAllProxies).execute();
  expect((await trial.fragments.call<ProxyCacheView>('GET', `proxy-caches/${id}`)).body.probe).toBeNull();
});

describe('the registry', () => {
  it('keeps what is said of a cache, shows where an accelerator stands, and records each change', async () => {
    const made = await trial.registered({
      name: 'Paris',
      ...trial.accelerator(),
      networks: ['10.1.2.3/16', '10.1.0.0/16', 'fd00::/8'],
    });
    expect(made).toMatchObject({
      name: 'Paris',
      path: 'download',
      fragmentLocation: `127.0.0.1:${trial.squid.acceleratorPort}/download`,
      networks: ['10.1.0.0/16', 'fd00::/8'],
      requiresPassword: false,
      allowsPurge: false,
      probe: null,
    });
    const change = {
      name: 'Paris 2',
      kind: 'forward',
      host: 'proxy.paris',
      port: 3128,
      requiresPassword: true,
    };
    const { body } = await trial.fragments.call<ProxyCacheView>('PUT', `proxy-caches/${made.id}`, change);
    expect(body).toMatchObject({ ...change, path: '', fragmentLocation: null, networks: [] });
    expect(body.createdAt).toBe(made.createdAt);
    expect((await trial.fragments.call('DELETE', `proxy-caches/${made.id}`)).status).toBe(204);
    expect((await trial.fragments.call<{ code: string }>('GET', `proxy-caches/${made.id}`)).body.code).toBe(
      'FRAGMENTS_PROXY_NOT_FOUND',
    );
    const rows = await trial.fragments.database.query<{ action: string }[]>(
      "SELECT payload->>'action' AS action FROM outbox WHERE subject = $1 AND payload->>'subjectId' = $2 ORDER BY id",
      [changeRecorded.subject, made.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(
      ['create', 'update', 'delete'].map((verb) => `proxy-cache.${verb}`),
    );
  });

  it('lists the newest first, page by page', async () => {
    const ids = [await trial.registered(), await trial.registered(), await trial.registered()]
      .map(({ id }) => id)
      .reverse();
    type List = { items: ProxyCacheView[]; total: number; next: string | null };
    const first = (await trial.fragments.call<List>('GET', 'proxy-caches?limit=2')).body;
    const second = (await trial.fragments.call<List>('GET', `proxy-caches?limit=2&cursor=${first.next}`))
      .body;
    expect([...first.items, ...second.items].slice(0, 3).map(({ id }) => id)).toEqual(ids);
    expect(first.total).toBeGreaterThanOrEqual(3);
  });

  it('gives a name once, and takes only hosts, ports and paths that agents understand', async () => {
    const { name } = await trial.registered();
    const good = { name, kind: 'forward', host: 'proxy', port: 3128 };
    const code = async (fields: object): Promise<string> =>
      (await trial.fragments.call<{ code: string }>('POST', 'proxy-caches', { ...good, ...fields })).body
        .code;
    expect(await code({})).toBe('FRAGMENTS_PROXY_NAME_TAKEN');
    for (const bad of [
      { host: 'http://proxy' },
      { host: 'me:secret@proxy' },
      { port: 0 },
      { path: 'download' },
      { kind: 'accelerator', path: '../x' },
      { networks: ['10.0.0.0/33'] },
      { password: 'secret' },
    ])
      expect([bad, await code({ name: 'other', ...bad })]).toEqual([bad, 'HTTP_INPUT_INVALID']);
  });
});

describe('a probe', () => {
  let fileId: FileId;
  beforeAll(async () => {
    fileId = await trial.fragments.publish([noise(9_000)]);
  });

  it.each(['forward', 'accelerator'] as const)(
    'finds that a squid as %s keeps what it fetched',
    async (kind) => {
      const result = await probed(kind === 'forward' ? {} : trial.accelerator());
      expect(result).toMatchObject({
        reachable: true,
        correct: true,
        cached: 'hit',
        status: 200,
        problem: null,
      });
      expect(result.headers['x-cache']).toBe('HIT from squid.test');
      expect(result.explanation.fr).toContain('vient de son cache');
    },
  );

  it('is kept with the cache, until that is moved', async () => {
    const cache = await trial.registered();
    const path = `proxy-caches/${cache.id}`;
    const { body: probe } = await trial.fragments.call<ProbeResult>('POST', `${path}/probe`, { fileId });
    expect((await trial.fragments.call<ProxyCacheView>('GET', path)).body.probe).toEqual(probe);
    const { name, kind, host } = cache;
    const moved = await trial.fragments.call<ProxyCacheView>('PUT', path, { name, kind, host, port: 9 });
    expect(moved.body.probe).toBeNull();
  });

  it('is made of every registered cache by itself', async () => {
    const [near, away] = [await trial.registered(), await trial.registered({ port: await freePort() })];
    await trial.fragments.get(ProbeAllProxies).execute();
    const problems = await Promise.all(
      [near, away].map(
        async ({ id }) =>
          (await trial.fragments.call<ProxyCacheView>('GET', `proxy-caches/${id}`)).body.probe,
      ),
    );
    expect(problems.map((probe) => probe?.problem)).toEqual([null, 'unreachable']);
    expect(problems[1]?.explanation.en).toContain('ECONNREFUSED');
  });

  it('says that a proxy wants a password, and that one refuses or has no such file', async () => {
    const strict = await startSquid({ wantsPassword: true });
    try {
      expect(await probed({ port: strict.port })).toMatchObject({
        reachable: true,
        correct: null,
        problem: 'password',
      });
    } finally {
      await strict.stop();
    }
    expect(await probed({ ...trial.accelerator(), path: 'elsewhere' })).toMatchObject({
      status: 404,
      problem: 'not-found',
    });
  });

  it('notices that a cache gives other bytes than those that are published', async () => {
    const bytes = noise(5_000);
    const damaged = await trial.fragments.publish([bytes]);
    // What squid has by now is right; what it is compared with is not.
    await trial.fetched(damaged, 1, 'forward');
    await trial.fragments.database.query(
      "UPDATE published_blob SET size = size + 1 WHERE file_id = $1 AND name <> 'info'",
      [damaged],
    );
    expect(await probed({}, { fileId: damaged })).toMatchObject({ correct: false, problem: 'wrong-bytes' });
  });
});

describe('the settings of agents', () => {
  it('are made for a registered cache, for our own server unless another is named', async () => {
    const { id } = await trial.registered({ requiresPassword: true });
    type Settings = { files: { name: string; content: string }[]; caUrl: string };
    const own = await trial.fragments.call<Settings>('GET', `proxy-caches/${id}/agent-settings?os=windows`);
    expect(own.body.caUrl).toBe(`http://127.0.0.1:${trial.port}/cacert.pem`);
    expect(own.body.files[0]?.content).toContain(
      `ProxyType=1\r\nProxy=127.0.0.1\r\nProxyPort=${trial.squid.port}\r\n`,
    );
    const path = `proxy-caches/${id}/agent-settings?os=linux&server=https://ocs.example.org`;
    expect((await trial.fragments.call<Settings>('GET', path)).body.files[0]?.content).toContain(
      'server=https://ocs.example.org/ocsinventory\n',
    );
    const bad = await trial.fragments.call<{ code: string }>(
      'GET',
      `proxy-caches/${id}/agent-settings?os=beos`,
    );
    expect(bad.body.code).toBe('HTTP_INPUT_INVALID');
  });

  it('are shown to anybody on a page that runs and loads nothing', async () => {
    const query = 'server=http://ocs&os=linux&kind=forward&host=proxy.lyon&port=3128';
    const page = await fetch(`${trial.fragments.origin}/agent-settings?${query}`, {
      headers: { 'accept-language': 'fr' },
    });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+';/,
    );
    expect(await page.text()).toContain('http_proxy=http://proxy.lyon:3128');
    const file = await fetch(`${trial.fragments.origin}/agent-settings?${query}&download=proxy.conf`);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="proxy.conf"');
    expect(await file.text()).toMatch(/^\[Service\]\n/);
    expect((await fetch(`${trial.fragments.origin}/agent-settings?${query}&download=../x`)).status).toBe(404);
    expect((await fetch(`${trial.fragments.origin}/agent-settings?server=nonsense&host=proxy`)).status).toBe(
      400,
    );
  });
});
