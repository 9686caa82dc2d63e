import { request as httpRequest } from 'node:http';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { createHttpApp, listen, pageQuery, type PageQuery, zodBody, zodParam, zodQuery } from './index.js';

const bodySchema = z.strictObject({ name: z.string(), priority: z.int().min(0).max(9) });

@Controller()
class SampleController {
  @Post('ocsinventory')
  @HttpCode(200)
  agent(@Body() body: Buffer): string {
    return `${Buffer.isBuffer(body)}:${body.toString('latin1')}`;
  }

  @Post('api/v1/things')
  create(@Body(zodBody(bodySchema)) body: z.output<typeof bodySchema>): unknown {
    return body;
  }

  @Get('api/v1/things')
  list(@Query(zodQuery(pageQuery)) query: PageQuery): unknown {
    return query;
  }

  @Get('api/v1/things/:id')
  one(@Param('id', zodParam(z.uuid())) id: string): string {
    return id;
  }

  @Delete('api/v1/things/:id')
  @HttpCode(204)
  remove(): void {}

  @Patch('files/:id')
  async upload(@Req() request: FastifyRequest): Promise<number> {
    let bytes = 0;
    for await (const chunk of request.raw) bytes += (chunk as Buffer).length;
    return bytes;
  }
}

@Module({
  imports: [TelemetryModule.forProgram({ name: 'test', logLevel: 'silent' })],
  controllers: [SampleController],
})
class SampleModule {}

let app: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  app = await createHttpApp(SampleModule, {
    maxBodyBytes: 1_000,
    maxBodiesBytes: 2_500,
    maxApiBodyBytes: 300,
  });
  ({ httpUrl: url } = await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false }));
});

afterAll(() => app.close());

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as Record<string, unknown>;
}

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body, headers });
}

describe('bodies of agents', () => {
  it.each([
    'application/x-compress',
    'application/json',
    'nonsense',
    'text/plain; charset="UTF-8"',
    'multipart/form-data',
  ])('are bytes when their type is %s', async (type) => {
    const response = await post('/ocsinventory', '{x', { 'content-type': type });
    expect([response.status, await response.text()]).toEqual([200, 'true:{x']);
  });

  it('are bytes without a type, below a trailing slash, empty, and whatever their Content-Encoding', async () => {
    const bytes = new Uint8Array([1, 2]);
    expect(await (await post('/ocsinventory/', bytes)).text()).toBe('true:\x01\x02');
    expect(await (await post('/ocsinventory', '', { 'content-type': 'text/plain' })).text()).toBe('true:');
    const encoded = await post('/ocsinventory', 'not gzip', { 'content-encoding': 'gzip' });
    expect(await encoded.text()).toBe('true:not gzip');
  });

  it('may be chunked and may wait for 100 Continue', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(`${url}/ocsinventory`, {
        method: 'POST',
        headers: { expect: '100-continue' },
      });
      request.on('continue', () => {
        request.write('a');
        request.end('b');
      });
      request.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(answer).toBe('true:ab');
  });

  it('are refused with 413 when they are too large', async () => {
    const response = await post('/ocsinventory', 'x'.repeat(1_001));
    expect(response.status).toBe(413);
    expect(await problemOf(response)).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE', status: 413 });
  });

  it('are refused with 503 while there are too many of them, and taken again afterwards', async () => {
    const begun = Array.from({ length: 2 }, () => {
      const request = httpRequest(`${url}/ocsinventory`, { method: 'POST' });
      request.write('x'.repeat(900));
      return request;
    });
    const answers = begun.map(
      (request) =>
        new Promise<number>((resolve, reject) => {
          request.on('response', (response) => resolve(response.resume().statusCode ?? 0));
          request.on('error', reject);
        }),
    );
    await expect.poll(async () => (await post('/ocsinventory', 'x'.repeat(900))).status).toBe(503);
    // What an answered request held is free a moment after its answer.
    await expect.poll(async () => (await post('/ocsinventory', 'x'.repeat(600))).status).toBe(200);
    for (const request of begun) request.end();
    expect(await Promise.all(answers)).toEqual([200, 200]);
    await expect.poll(async () => (await post('/ocsinventory', 'x'.repeat(900))).status).toBe(200);
  });

  it('are answered without a header that speaks of HTTP/ and without Via', async () => {
    const response = await post('/ocsinventory', 'x');
    expect(response.headers.has('via')).toBe(false);
    expect([...response.headers.values()].join('\n')).not.toContain('HTTP/');
  });
});

describe('bodies of the API', () => {
  it('are checked by the schema, naming field and rule', async () => {
    const good = await post('/api/v1/things', '{"name":"a","priority":3}', {
      'content-type': 'application/json',
    });
    expect(await good.json()).toEqual({ name: 'a', priority: 3 });
    const bad = await post('/api/v1/things', '{"name":"a","priority":10}', {
      'content-type': 'application/json',
    });
    expect(bad.status).toBe(400);
    expect(await problemOf(bad)).toMatchObject({
      type: 'urn:entrepot:error:HTTP_INPUT_INVALID',
      code: 'HTTP_INPUT_INVALID',
      field: 'priority',
      detail: expect.stringContaining('priority: '),
      instance: bad.headers.get('x-request-id'),
    });
  });

  it.each([
    ['{"name":', 'application/json', 400, 'HTTP_BODY_MALFORMED'],
    ['<a/>', 'application/xml', 415, 'HTTP_MEDIA_TYPE_UNSUPPORTED'],
    [JSON.stringify({ name: 'x'.repeat(300) }), 'application/json', 413, 'HTTP_BODY_TOO_LARGE'],
    ['{"name":"a","priority":1,"extra":1}', 'application/json', 400, 'HTTP_INPUT_INVALID'],
    ['{"__proto__":{}}', 'application/json', 400, 'HTTP_BODY_MALFORMED'],
  ])('%s as %s are refused with %i %s', async (body, type, status, code) => {
    const response = await post('/api/v1/things', body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it('leave a tus chunk unread on the request, longer than any limit', async () => {
    const response = await fetch(`${url}/files/1`, {
      method: 'PATCH',
      body: new Uint8Array(5_000),
      headers: { 'content-type': 'application/offset+octet-stream' },
    });
    expect(await response.text()).toBe('5000');
  });

  it('may be missing', async () => {
    expect((await fetch(`${url}/api/v1/things/1`, { method: 'DELETE' })).status).toBe(204);
    expect(await problemOf(await fetch(`${url}/api/v1/things`, { method: 'POST' }))).toMatchObject({
      field: 'body',
    });
  });
});

describe('queries and parameters', () => {
  it('are coerced, defaulted and checked', async () => {
    expect(await (await fetch(`${url}/api/v1/things?limit=7`)).json()).toEqual({ limit: 7 });
    expect(await (await fetch(`${url}/api/v1/things`)).json()).toEqual({ limit: 50 });
    const bad = await problemOf(await fetch(`${url}/api/v1/things?limit=501`));
    expect(bad).toMatchObject({ code: 'HTTP_INPUT_INVALID', field: 'limit' });
    expect(await problemOf(await fetch(`${url}/api/v1/things/7`))).toMatchObject({
      field: 'id',
      status: 400,
    });
  });
});
