import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpRequest, noise, startSquid, waitFor, type HttpAnswer, type RunningSquid } from './index.js';

const BYTES = noise(700_000);

let origin: Server;
let originPort: number;
let squid: RunningSquid;
let served: string[] = [];

beforeAll(async () => {
  origin = createServer((request, response) => {
    served.push(request.url ?? '');
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.end(BYTES);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', () => resolve()));
  originPort = (origin.address() as AddressInfo).port;
  squid = await startSquid({ origin: originPort });
});

afterAll(async () => {
  await squid.stop();
  origin.close();
});

function through(proxy: RunningSquid, path: string, method: 'GET' | 'PURGE' = 'GET'): Promise<HttpAnswer> {
  const url = `http://127.0.0.1:${originPort}${path}`;
  return httpRequest(proxy.url, { method, path: url, headers: { Host: `127.0.0.1:${originPort}` } });
}

async function resultsOf(path: string, count: number): Promise<string[]> {
  const results = async (): Promise<string[]> =>
    (await squid.accesses()).filter(({ url }) => url.endsWith(path)).map(({ result }) => result);
  await waitFor(async () => (await results()).length === count, { what: `${count} lines about ${path}` });
  return results();
}

describe('a squid', () => {
  it('asks the origin once and then answers from its cache, also after a restart', async () => {
    served = [];
    expect((await through(squid, '/a')).body.equals(BYTES)).toBe(true);
    expect((await through(squid, '/a')).body.equals(BYTES)).toBe(true);
    await squid.halt();
    await squid.start();
    expect((await through(squid, '/a')).headers['x-cache']).toBe('HIT from squid.test');
    expect(served).toEqual(['/a']);
    expect(await resultsOf('/a', 3)).toEqual(['TCP_MISS', 'TCP_HIT', 'TCP_HIT']);
  });

  it('accelerates the origin on a port of its own', async () => {
    served = [];
    const url = `http://127.0.0.1:${squid.acceleratorPort}/accelerated`;
    expect((await httpRequest(url)).body.equals(BYTES)).toBe(true);
    expect((await httpRequest(url)).headers['x-cache']).toBe('HIT from squid.test');
    expect(served).toEqual(['/accelerated']);
  });

  it('forgets what it is told to purge', async () => {
    served = [];
    await through(squid, '/purged');
    expect((await through(squid, '/purged', 'PURGE')).status).toBe(200);
    expect((await through(squid, '/purged', 'PURGE')).status).toBe(404);
    await through(squid, '/purged');
    expect(served).toEqual(['/purged', '/purged']);
  });

  it('can refuse to purge, and want a password', async () => {
    const strict = await startSquid({ allowsPurge: false, wantsPassword: true });
    try {
      expect((await through(strict, '/b', 'PURGE')).status).toBe(403);
      expect((await through(strict, '/b')).status).toBe(407);
      const accesses = await waitFor(async () => {
        const lines = await strict.accesses();
        return lines.length === 2 && lines;
      });
      expect(accesses.map(({ result, status }) => [result, status])).toEqual([
        ['TCP_DENIED', 403],
        ['TCP_DENIED', 407],
      ]);
    } finally {
      await strict.stop();
    }
  });
});
