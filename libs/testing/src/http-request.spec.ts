import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpRequest } from './index.js';

let echo: Server;
let url: string;

beforeAll(async () => {
  echo = createServer((request, response) => response.end(request.url));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => echo.close(resolve)));

it('sends a raw path as it is, and the path of the URL normalised', async () => {
  const climbing = '/download/../../etc/passwd';
  expect((await httpRequest(`${url}${climbing}`)).body.toString()).toBe('/etc/passwd');
  expect((await httpRequest(url, { path: climbing })).body.toString()).toBe(climbing);
});
