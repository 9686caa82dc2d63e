import { httpRequest, useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { request as open, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DownloadTrial } from '../downloads/download-trial.spec-support.js';
import type { DownloadLimitView } from './download-limit.schemas.js';
import { LimitsInForce } from './limits-in-force.js';

const used = useDatabase();
/** More than sockets take on their way, so that an unread download stays under way. */
const bytes = randomBytes(24_000_000);
let trial: DownloadTrial;
let path = '';

beforeAll(async () => {
  trial = await DownloadTrial.start({ databaseUrl: used.url(), trustedProxies: ['127.0.0.1/32'] });
  const fileId = await trial.publish([bytes]);
  path = `/download/${fileId}/${fileId}-1`;
});

afterAll(async () => {
  await trial.stop();
});

afterEach(async () => {
  await trial.database.query('DELETE FROM download_limit');
  await trial.get(LimitsInForce).refresh();
});

type Body = Partial<Record<keyof DownloadLimitView, unknown>>;
const create = (body: Body) => trial.call<DownloadLimitView>('POST', 'download-limits', body);
const limit = async (body: Body): Promise<DownloadLimitView> => {
  const answer = await create(body);
  expect(answer.status).toBe(201);
  return answer.body;
};
const from = (address: string, headers = {}) => ({ 'x-forwarded-for': address, ...headers });

/** Begins a download as a machine of that address, and reads nothing of it. */
function begin(address: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(`${trial.origin}${path}`, { headers: from(address), agent: false }, resolve);
    request.once('error', reject).end();
  });
}

async function statusOf(address: string, file = path): Promise<number> {
  const answer = await httpRequest(`${trial.origin}${file}`, {
    headers: from(address, { range: 'bytes=0-9' }),
  });
  return answer.status;
}

async function wholeBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('the API of download limits', () => {
  it('creates, shows, lists, changes and removes them, and writes networks in one way', async () => {
    const made = await limit({ network: '10.2.3.4/16', maxParallel: 4, description: 'Lyon' });
    expect(made).toMatchObject({ network: '10.2.0.0/16', maxParallel: 4, bytesPerSecond: null });
    const other = await limit({ network: '2001:DB8::1', bytesPerSecond: 2 ** 33 });
    expect(other).toMatchObject({ network: '2001:db8::1/128', bytesPerSecond: 2 ** 33 });
    const changed = await trial.call<DownloadLimitView>('PUT', `download-limits/${made.id}`, {
      network: '10.3.0.0/16',
      bytesPerSecond: 1_024,
    });
    expect(changed.body).toEqual({
      ...made,
      network: '10.3.0.0/16',
      maxParallel: null,
      bytesPerSecond: 1_024,
      description: '',
    });
    const one = await trial.call('GET', `download-limits/${made.id}`);
    expect(one.body).toEqual(changed.body);
    const list = await trial.call<{ items: DownloadLimitView[]; next: string }>(
      'GET',
      'download-limits?limit=1',
    );
    expect(list.body).toMatchObject({ items: [other], total: 2 });
    const rest = await trial.call('GET', `download-limits?limit=1&cursor=${list.body.next}`);
    expect(rest.body).toMatchObject({ items: [changed.body], next: null });
    expect((await trial.call('DELETE', `download-limits/${made.id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await trial.call(method, `download-limits/${made.id}`)).status).toBe(404);
  });

  it('gives a network one limit only', async () => {
    const made = await limit({ network: '10.2.0.0/16', maxParallel: 4 });
    const other = await limit({ network: '10.3.0.0/16', maxParallel: 4 });
    const twice = await create({ network: '10.2.9.9/16', maxParallel: 5 });
    const moved = await trial.call('PUT', `download-limits/${other.id}`, {
      network: '10.2.0.0/16',
      maxParallel: 1,
    });
    for (const answer of [twice, moved])
      expect(answer).toMatchObject({ status: 409, body: { code: 'FRAGMENTS_LIMIT_NETWORK_TAKEN' } });
    const same = { network: made.network, maxParallel: 6 };
    expect((await trial.call('PUT', `download-limits/${made.id}`, same)).status).toBe(200);
    expect((await trial.call('PUT', `download-limits/${randomUUID()}`, same)).status).toBe(404);
  });

  it.each([
    { network: '10.2.0.0/16' },
    { network: '10.2.0.0/99', maxParallel: 1 },
    { network: '10.2.0.0/16', maxParallel: 0 },
    { network: '10.2.0.0/16', bytesPerSecond: 100 },
    { network: '10.2.0.0/16', maxParallel: 1, description: 'x'.repeat(501) },
  ])('refuses %j', async (body) => {
    expect((await create(body)).status).toBe(400);
  });

  it('writes each change into the audit trail', async () => {
    const { id } = await limit({ network: '10.2.0.0/16', maxParallel: 4 });
    await trial.call('DELETE', `download-limits/${id}`);
    const rows = await trial.database.query<{ payload: { action: string; subjectId: string } }[]>(
      `SELECT payload FROM outbox WHERE subject LIKE '%change%' AND payload->>'subjectId' = $1 ORDER BY payload->>'at'`,
      [id],
    );
    expect(rows.map(({ payload }) => payload.action)).toEqual([
      'download-limit.create',
      'download-limit.delete',
    ]);
  });
});

describe('a limit of parallel downloads', () => {
  it('puts off what is too much with 503, for that network alone, and never info files', async () => {
    await limit({ network: '10.2.0.0/16', maxParallel: 2 });
    const running = [await begin('10.2.0.1'), await begin('10.2.255.1')];
    const refused = await httpRequest(`${trial.origin}${path}`, { headers: from('10.2.0.3') });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(refused.body.toString())).toMatchObject({ code: 'FRAGMENTS_LIMIT_REACHED' });
    expect(await statusOf('10.3.0.1')).toBe(206);
    expect(await statusOf('10.2.0.3', path.replace(/[^/]+$/, 'info'))).toBe(200);
    expect((await wholeBody(running[0]!)).equals(bytes)).toBe(true);
    await waitFor(async () => (await statusOf('10.2.0.3')) === 206, {
      what: 'the place of the first to be free',
    });
    running[1]!.destroy();
  });

  it('gives the place of a machine that went away to another', async () => {
    await limit({ network: '2001:db8::/32', maxParallel: 1 });
    const running = await begin('2001:db8::1');
    expect(await statusOf('2001:db8::2')).toBe(503);
    running.destroy();
    await waitFor(async () => (await statusOf('2001:db8::2')) === 206, { what: 'the place to be free' });
  });

  it('is that of the smallest network which has the address', async () => {
    await limit({ network: '10.0.0.0/8', maxParallel: 1 });
    await limit({ network: '10.2.0.0/16', maxParallel: 2 });
    const running = [await begin('10.2.0.1'), await begin('10.9.0.1')];
    expect([await statusOf('10.2.0.2'), await statusOf('10.9.0.2')]).toEqual([206, 503]);
    for (const one of running) one.destroy();
  });

  it('is in force as soon as it is changed, here and, when another program changed it, within seconds', async () => {
    const { id } = await limit({ network: '10.2.0.0/16', maxParallel: 1 });
    const running = await begin('10.2.0.1');
    expect(await statusOf('10.2.0.2')).toBe(503);
    await trial.call('PUT', `download-limits/${id}`, { network: '10.2.0.0/16', maxParallel: 2 });
    expect(await statusOf('10.2.0.2')).toBe(206);
    await trial.database.query('UPDATE download_limit SET max_parallel = 1');
    await waitFor(async () => (await statusOf('10.2.0.2')) === 503, { what: 'the change to be noticed' });
    await trial.call('DELETE', `download-limits/${id}`);
    expect(await statusOf('10.2.0.2')).toBe(206);
    running.destroy();
  });
});

describe('a limit of bytes a second', () => {
  it('holds all downloads of its network back together, keeps them whole, and lets go when it is removed', async () => {
    const { id } = await limit({ network: '10.2.0.0/16', bytesPerSecond: 200_000 });
    const running = [await begin('10.2.0.1'), await begin('10.2.0.2')];
    let seen = 0;
    for (const one of running) one.on('data', (chunk: Buffer) => (seen += chunk.length));
    const bodies = running.map(wholeBody);
    expect(await statusOf('10.3.0.1')).toBe(206);
    const began = performance.now();
    await waitFor(() => seen > 100_000, { what: 'bytes to come' });
    // A burst of a quarter of a second, and what its slices round up.
    expect(seen).toBeLessThan(200_000 * ((performance.now() - began) / 1_000 + 1));
    await trial.call('DELETE', `download-limits/${id}`);
    for (const body of await Promise.all(bodies)) expect(body.equals(bytes)).toBe(true);
  });
});
