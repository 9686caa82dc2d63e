import { sha256Hex } from '@entrepot/kernel';
import { freePort, httpRequest, startNginx, useDatabase, waitFor, type Restartable } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LimitsInForce } from '../limits/limits-in-force.js';
import { DownloadTrial } from './download-trial.spec-support.js';

const TEMPLATE = join(import.meta.dirname, '../../../../deploy/nginx/entrepot.conf.template');
const used = useDatabase();
const bytes = randomBytes(300_001);
const etag = `"${sha256Hex(bytes)}"`;
let trial: DownloadTrial;
let nginx: Restartable;
let front = '';
let fileId = '';

/** The template that is shipped, by http alone, and between our program and its folder. */
async function frontDoorConfig(port: number): Promise<string> {
  const template = await readFile(TEMPLATE, 'utf8');
  const nobody = '127.0.0.1:9';
  const variables: Record<string, string> = {
    ENTREPOT_FRONT_HTTP: `127.0.0.1:${port}`,
    ENTREPOT_OBJECT_DIR: trial.directory,
    ENTREPOT_FRAGMENTS_HTTP: new URL(trial.origin).host,
  };
  const server = template
    .replace(/^\s*(?:listen .*\bssl|ssl_\w+ .*);$/gm, '')
    .replace(/\$\{(ENTREPOT_\w+)\}/g, (_, name: string) => variables[name] ?? nobody);
  // The folder is ours alone, so whoever runs the tests must run the workers.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user} events {}\nhttp { access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c;
    uwsgi_temp_path d; scgi_temp_path e;\n${server}\n}`;
}

beforeAll(async () => {
  trial = await DownloadTrial.start({
    databaseUrl: used.url(),
    acceleratedPrefix: '/objects/',
    trustedProxies: ['127.0.0.1/32'],
  });
  fileId = await trial.publish([bytes]);
  const port = await freePort();
  front = `http://127.0.0.1:${port}`;
  nginx = await startNginx({ config: await frontDoorConfig(port) });
});

afterAll(async () => {
  await nginx.stop();
  await trial.stop();
});

const get = (path: string, headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
  httpRequest(`${front}/download/${path}`, { headers, method });
const fragment = (headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
  get(`${fileId}/${fileId}-1`, headers, method);

describe('a fragment that nginx sends', () => {
  it('is left to nginx by the program', async () => {
    const answer = await httpRequest(`${trial.origin}/download/${fileId}/${fileId}-1`);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers['x-accel-redirect']).toMatch(/^\/objects\/package\//);
  });

  it('is whole and 200 for what agents send, with the headers of one that we send ourselves', async () => {
    const answer = await fragment({ 'if-modified-since': new Date(Date.now() + 1e9).toUTCString() });
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '300001',
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      etag,
      'accept-ranges': 'bytes',
    });
    for (const name of ['last-modified', 'vary', 'set-cookie', 'content-encoding', 'x-accel-redirect', 'via'])
      expect(answer.headers).not.toHaveProperty(name);
    for (const value of Object.values(answer.headers)) expect(String(value)).not.toContain('HTTP/');
  });

  it('answers HEAD, If-None-Match and ranges', async () => {
    const head = await fragment({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.headers.etag]).toEqual([200, '300001', etag]);
    const same = await fragment({ 'if-none-match': etag });
    expect([same.status, same.headers.etag]).toEqual([304, etag]);
    const part = await fragment({ range: 'bytes=10-19', 'if-range': etag });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 10-19/300001']);
    expect(part.body.equals(bytes.subarray(10, 20))).toBe(true);
    for (const headers of [
      { range: 'bytes=10-19', 'if-range': '"other"' },
      { range: 'bytes=0-9,20-29' },
      { 'if-none-match': '"other"' },
    ])
      expect((await fragment(headers)).body.length).toBe(300_001);
    const behind = await fragment({ range: 'bytes=300001-' });
    expect([behind.status, behind.headers['cache-control']]).toEqual([416, 'no-store']);
  });

  it('counts as fetched, from the address of whoever asked nginx', async () => {
    const counted = await trial.publish([bytes]);
    await get(`${counted}/${counted}-1`);
    const accesses = await waitFor(() => trial.heardOf(counted).length > 0 && trial.heardOf(counted), {
      what: 'the download to be told of',
    });
    expect(accesses).toMatchObject([{ fragment: 1, complete: 1, bytes: 300_001, address: '127.0.0.1' }]);
  });

  it('is sent by us when a limit is about its network', async () => {
    const body = { network: '127.0.0.0/8', bytesPerSecond: 100_000_000 };
    const made = await trial.call<{ id: string }>('POST', 'download-limits', body);
    await trial.get(LimitsInForce).refresh();
    const direct = await httpRequest(`${trial.origin}/download/${fileId}/${fileId}-1`);
    expect(direct.body.equals(bytes)).toBe(true);
    expect((await fragment()).body.equals(bytes)).toBe(true);
    await trial.call('DELETE', `download-limits/${made.body.id}`);
  });
});

describe('what nginx may not send', () => {
  it('is an object that somebody asks for by its key', async () => {
    const [row] = await trial.database.query<{ key: string }[]>(
      'SELECT object_key AS key FROM content LIMIT 1',
    );
    const answer = await httpRequest(`${front}/objects/${row?.key}`);
    expect([answer.status, answer.headers['cache-control']]).toEqual([503, 'no-store']);
  });

  it('is a file that is shorter than it should be: 503, and kept by nobody', async () => {
    const cut = await trial.publish([randomBytes(1_000)]);
    await truncate(await trial.objectOf(cut, `${cut}-1`), 999);
    const answer = await get(`${cut}/${cut}-1`);
    expect([answer.status, answer.headers['cache-control']]).toEqual([503, 'no-store']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is a file that went away after it was seen: 503, never a 404, and kept by nobody', async () => {
    const lost = await trial.publish([randomBytes(1_001)]);
    expect((await get(`${lost}/${lost}-1`)).status).toBe(200);
    const path = await trial.objectOf(lost, `${lost}-1`);
    await rename(path, `${path}.away`);
    const answer = await get(`${lost}/${lost}-1`);
    expect([answer.status, answer.headers['cache-control']]).toEqual([503, 'no-store']);
    expect(answer.headers['retry-after']).toBe('10');
    expect(answer.headers).not.toHaveProperty('etag');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'FRAGMENTS_STORE_UNAVAILABLE' });
  });
});
