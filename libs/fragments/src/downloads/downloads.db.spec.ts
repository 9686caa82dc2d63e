import { packageActivated } from '@entrepot/contracts';
import { sha256Hex } from '@entrepot/kernel';
import { httpRequest, useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DownloadTrial } from './download-trial.spec-support.js';

const used = useDatabase();
const bytes = randomBytes(300_001);
const etag = `"${sha256Hex(bytes)}"`;
const LINUX_INFO = '<DOWNLOAD ID="1" PACK_LOC="here:8080/download" />';
let trial: DownloadTrial;
let fileId = '';

beforeAll(async () => {
  trial = await DownloadTrial.start({ databaseUrl: used.url() });
  fileId = await trial.publish([bytes], LINUX_INFO);
});

afterAll(async () => {
  await trial.stop();
});

const get = (path: string, headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
  httpRequest(`${trial.origin}/download/${path}`, { method, headers });
const fragment = (headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
  get(`${fileId}/${fileId}-1`, headers, method);

describe('a fragment', () => {
  it('is always whole and 200 for what agents send, with headers that caches keep it by', async () => {
    const answer = await fragment({
      'if-modified-since': new Date(Date.now() + 1e6).toUTCString(),
      'accept-encoding': 'gzip',
    });
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '300001',
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      etag,
    });
    for (const name of [
      'last-modified',
      'vary',
      'set-cookie',
      'content-encoding',
      'transfer-encoding',
      'via',
    ])
      expect(answer.headers).not.toHaveProperty(name);
    for (const value of Object.values(answer.headers)) expect(String(value)).not.toContain('HTTP/');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const head = await fragment({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '300001', 0]);
    expect(head.headers.etag).toBe(etag);
  });

  it.each([
    ['', true],
    ['W/', true],
    ['x', false],
  ])('knows its tag in If-None-Match (%s)', async (prefix, same) => {
    const answer = await fragment({ 'if-none-match': `"other", ${prefix}${etag}` });
    expect([answer.status, answer.body.length]).toEqual(same ? [304, 0] : [200, 300_001]);
    expect(answer.headers.etag).toBe(etag);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('gives the one range that is asked for', async () => {
    const answer = await fragment({ range: 'bytes=299990-400000', 'if-range': etag });
    expect(answer.status).toBe(206);
    expect(answer.headers).toMatchObject({
      'content-range': 'bytes 299990-300000/300001',
      'content-length': '11',
    });
    expect(answer.body.equals(bytes.subarray(299_990))).toBe(true);
  });

  it('is whole for a range of other bytes, for several ranges and for a range that is none', async () => {
    for (const headers of [
      { range: 'bytes=0-9', 'if-range': '"other"' },
      { range: 'bytes=0-9', 'if-range': new Date().toUTCString() },
      { range: 'bytes=0-9,20-29' },
      { range: 'lines=1-2' },
    ])
      expect((await fragment(headers)).body.length).toBe(300_001);
  });

  it('says how long it is to whoever asks for bytes behind its end', async () => {
    const answer = await fragment({ range: 'bytes=300001-' });
    expect(answer.status).toBe(416);
    expect(answer.headers['content-range']).toBe('bytes */300001');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('is not served while its bytes are known to be damaged', async () => {
    const damaged = await trial.publish([randomBytes(10)]);
    await trial.database.query(
      `UPDATE content SET damaged_at = now() WHERE sha256 =
         (SELECT sha256 FROM published_blob WHERE file_id = $1 AND name <> 'info')`,
      [damaged],
    );
    const answer = await get(`${damaged}/${damaged}-1`);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('an info file', () => {
  it('is whole and never kept, whatever is asked, also below a ticket', async () => {
    for (const path of [`${fileId}/info`, `i/A-valid_ticket0/${fileId}/info`]) {
      const answer = await get(path, { range: 'bytes=0-1', 'if-none-match': '*', 'if-modified-since': 'x' });
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).toBe(LINUX_INFO);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-length']).toBe(String(LINUX_INFO.length));
    }
  });

  it('names the fragment location of the activation that the ticket names, once that is known', async () => {
    const activationId = randomUUID();
    const path = `i/ticket.${activationId}/${fileId}/info`;
    const early = await get(path);
    expect([early.status, early.headers['cache-control']]).toEqual([503, 'no-store']);
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0);
    await trial.tell(packageActivated, {
      activationId,
      packageId: randomUUID(),
      fileId,
      infoLocation: 'here:8443/download',
      fragmentLocation: 'cache.site/a&b',
      at: new Date().toISOString(),
    });
    await waitFor(async () => (await get(path)).status === 200, { what: 'the activation to be known' });
    const info = await get(path);
    expect(info.body.toString()).toBe('<DOWNLOAD ID="1" PACK_LOC="cache.site/a&amp;b" />');
    expect(info.headers['content-length']).toBe(String(info.body.length));
    const other = await trial.publish([randomBytes(3)], LINUX_INFO);
    expect((await get(`i/ticket.${activationId}/${other}/info`)).status).toBe(404);
  });

  it('is not there any more when its package was deleted, while fragments are', async () => {
    const deleted = await trial.publish([bytes]);
    await trial.database.query('UPDATE published_package SET withdrawn_at = now() WHERE file_id = $1', [
      deleted,
    ]);
    expect((await get(`${deleted}/info`)).status).toBe(404);
    expect((await get(`i/ticket/${deleted}/info`)).status).toBe(404);
    expect((await get(`${deleted}/${deleted}-1`)).status).toBe(200);
  });
});

it('keeps no answer of /download that is an error', async () => {
  const paths = [
    'nothing',
    '1/info',
    `${fileId}/${fileId}-2`,
    `${fileId}/info/x`,
    `i/ticket/${fileId}/${fileId}-1`,
    `i/${'x'.repeat(65)}/${fileId}/info`,
    `i/a.b/${fileId}/info`,
    `i/a%2fb/${fileId}/info`,
    `i//${fileId}/info`,
  ];
  for (const path of paths) {
    const { status, headers } = await get(path);
    expect([path, status, headers['cache-control']]).toEqual([path, 404, 'no-store']);
  }
});

describe('what is told of downloads', () => {
  const heard = (of: string, requests: number) =>
    waitFor(
      () =>
        trial.heardOf(of).reduce((sum, access) => sum + access.requests, 0) >= requests && trial.heardOf(of),
      { what: 'the downloads to be told of' },
    );

  it('is who fetched what how often and whether to its end, gathered', async () => {
    const counted = await trial.publish([bytes, randomBytes(5)]);
    await get(`i/ticket-1/${counted}/info`);
    for (let n = 0; n < 3; n++) await get(`${counted}/${counted}-1`);
    await get(`${counted}/${counted}-1`, { range: 'bytes=0-9' });
    await get(`${counted}/${counted}-2`);
    const accesses = await heard(counted, 6);
    const sums = new Map<string, number[]>();
    for (const { fragment: n, ticket, address, requests, complete, bytes: sent } of accesses) {
      const [a = 0, b = 0, c = 0] = sums.get(`${n} ${ticket} ${address}`) ?? [];
      sums.set(`${n} ${ticket} ${address}`, [a + requests, b + complete, c + sent]);
    }
    expect(Object.fromEntries(sums)).toEqual({
      '0 ticket-1 127.0.0.1': [1, 1, 12],
      '1 null 127.0.0.1': [4, 3, 3 * bytes.length + 10],
      '2 null 127.0.0.1': [1, 1, 5],
    });
  });

  it('leaves out HEAD, 304 and refusals, and knows a download that was broken off', async () => {
    const large = await trial.publish([randomBytes(16_000_000)]);
    const path = `/download/${large}/${large}-1`;
    await get(`${large}/${large}-1`, {}, 'HEAD');
    await get(`${large}/info`, {}, 'HEAD');
    await get(`${large}/${large}-1`, { 'if-none-match': '*' });
    await get(`${large}/${large}-2`);
    await breakOff(path);
    const accesses = await heard(large, 1);
    expect(accesses).toMatchObject([{ fragment: 1, requests: 1, complete: 0 }]);
    expect(accesses[0]?.bytes).toBeLessThan(16_000_000);
  });
});

/** Asks for a file and goes away after its first bytes. */
function breakOff(path: string): Promise<void> {
  const { port } = new URL(trial.origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    socket.once('data', () => socket.destroy());
    socket.once('close', () => resolve()).once('error', reject);
  });
}
