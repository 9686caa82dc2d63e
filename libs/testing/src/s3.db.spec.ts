import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpRequest, startS3, type HttpAnswer, type RunningS3 } from './index.js';

describe('startS3', () => {
  let s3: RunningS3;
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(async () => {
    await s3?.stop();
  });

  const call = (method: 'GET' | 'PUT', path: string, body = ''): Promise<HttpAnswer> =>
    httpRequest(`${s3.endpoint}${path}`, { method, body, headers: signed(s3, method, path, body) });

  it('stores objects for who has the key, and refuses others', async () => {
    expect((await call('PUT', '/shelf')).status).toBe(200);
    expect((await call('PUT', '/shelf/a', 'content')).status).toBe(200);
    expect((await call('GET', '/shelf/a')).body.toString()).toBe('content');
    const forged = signed({ ...s3, port: s3.port, secretKey: 'guessed' }, 'GET', '/shelf/a', '');
    expect((await httpRequest(`${s3.endpoint}/shelf/a`, { headers: forged })).status).toBe(403);
  });

  it('keeps its objects when it is halted and started again on the same port', async () => {
    await s3.halt();
    await expect(call('GET', '/shelf/a')).rejects.toThrow(/ECONNREFUSED/);
    await s3.start();
    expect((await call('GET', '/shelf/a')).body.toString()).toBe('content');
  });

  it('keeps its objects when it is killed', async () => {
    await s3.kill();
    await s3.start();
    expect((await call('GET', '/shelf/a')).body.toString()).toBe('content');
  });
});

/** AWS signature version 4 of a request without query, by hand: the client under test is not needed here. */
function signed(
  s3: Pick<RunningS3, 'accessKey' | 'secretKey' | 'region' | 'port'>,
  method: string,
  path: string,
  body: string,
): Record<string, string> {
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${s3.region}/s3/aws4_request`;
  const headers = { host: `127.0.0.1:${s3.port}`, 'x-amz-content-sha256': sha(body), 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, '', lines.join(''), names, sha(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${s3.secretKey}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${s3.accessKey}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, text).toString('hex')}`;
  return { ...headers, authorization, 'content-length': String(Buffer.byteLength(body)) };
}
