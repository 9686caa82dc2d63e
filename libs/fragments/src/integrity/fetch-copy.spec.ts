import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchCopy } from './fetch-copy.js';

/** Never silent, never done. */
let dripping: Server;

beforeAll(async () => {
  dripping = createServer((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  });
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  dripping.close();
});

it('ends when it is told, though a byte comes now and then', async () => {
  const { port } = dripping.address() as AddressInfo;
  const where = { secure: false, hostname: '127.0.0.1', port, path: '/', headers: {} };
  const stop = new AbortController();
  const copy = await fetchCopy({ ...where, signal: stop.signal });
  copy?.once('data', () => stop.abort());
  await expect(copy?.toArray()).rejects.toThrow();
});
