import { Controller, Get, HttpCode, Module, Post, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@entrepot/kernel';
import { setLogContext, TelemetryModule } from '@entrepot/platform-telemetry';
import { createHttpApp, HTTP_ERRORS, listen } from './index.js';

@Controller()
class SampleController {
  @Post('ocsinventory')
  @HttpCode(200)
  agent(): string {
    setLogContext({ deviceId: 'device-1' });
    return 'reply';
  }

  @Get('fail')
  fail(): never {
    throw new AppError(HTTP_ERRORS.HTTP_CONFLICT, 'taken');
  }

  @Get('things/:id')
  thing(): string {
    return 'thing';
  }

  @Get('raw')
  raw(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.end('raw');
  }
}

const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string): void => void lines.push(JSON.parse(line)) };

@Module({
  imports: [TelemetryModule.forProgram({ name: 'test', logLevel: 'debug', destination })],
  controllers: [SampleController],
})
class SampleModule {}

let app: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  app = await createHttpApp(SampleModule);
  ({ httpUrl: url } = await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false }));
});

afterAll(() => app.close());

describe('the request log', () => {
  it('has one line a request with route, status, time and the ids', async () => {
    const response = await fetch(`${url}/ocsinventory`, {
      method: 'POST',
      body: 'x',
      headers: { 'x-request-id': 'from-the-proxy-1' },
    });
    expect(response.headers.get('x-request-id')).toBe('from-the-proxy-1');
    await expect
      .poll(() => lines.filter((line) => line['requestId'] === 'from-the-proxy-1'))
      .toMatchObject([
        {
          level: 'info',
          msg: 'request',
          method: 'POST',
          route: '/ocsinventory',
          status: 200,
          ms: expect.any(Number),
          deviceId: 'device-1',
        },
      ]);
  });

  it('goes on with the trace of the caller, and begins one without', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const given = await fetch(`${url}/things/1`, { headers: { traceparent } });
    const fresh = await fetch(`${url}/things/2`);
    const lineOf = (response: Response): Record<string, unknown> | undefined =>
      lines.find((line) => line['requestId'] === response.headers.get('x-request-id'));
    await expect.poll(() => lineOf(given)).toMatchObject({ traceId, traceFlags: '01' });
    await expect
      .poll(() => lineOf(fresh))
      .toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('carries the code of a refused request', async () => {
    const response = await fetch(`${url}/fail`);
    const id = response.headers.get('x-request-id');
    await expect
      .poll(() => lines.find((line) => line['requestId'] === id && line['msg'] === 'request'))
      .toMatchObject({ status: 409, errorCode: 'HTTP_CONFLICT' });
  });

  it.each(['/%zz', `/things/${'x'.repeat(3_000)}`])(
    'tells also of a request whose path is none: %.20s',
    async (path) => {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBeGreaterThanOrEqual(400);
      const id = response.headers.get('x-request-id');
      await expect
        .poll(() => lines.filter((line) => line['requestId'] === id && line['msg'] === 'request'))
        .toMatchObject([{ status: response.status, route: 'none' }]);
    },
  );

  it('gives an id of its own instead of one that is none, also to answers written past Fastify', async () => {
    const response = await fetch(`${url}/raw`, { headers: { 'x-request-id': 'no id, but words' } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.text()).toBe('raw');
  });

  it('is counted in the metrics by route', async () => {
    await fetch(`${url}/things/7`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(
      /http_server_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="200"\} \d/,
    );
  });
});
