import { ConflictException, Controller, Get, Module, Param } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { lastValueFrom, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, defineErrors } from '@entrepot/kernel';
import { silentLog, TelemetryModule } from '@entrepot/platform-telemetry';
import { createHttpApp, listen, ProblemFilter } from './index.js';

const ERRORS = defineErrors({
  T_INVALID: ['invalid', 'Invalid'],
  T_UNAUTHENTICATED: ['unauthenticated', 'Who are you'],
  T_FORBIDDEN: ['forbidden', 'No'],
  T_NOT_FOUND: ['not-found', 'Gone'],
  T_CONFLICT: ['conflict', 'Clash'],
  T_TOO_LARGE: ['too-large', 'Big'],
  T_UNAVAILABLE: ['unavailable', 'Later'],
  T_INTERNAL: ['internal', 'Oops'],
});

@Controller()
class SampleController {
  @Get('fail/:kind')
  fail(@Param('kind') kind: string): never {
    if (kind === 'unknown') throw new Error('password is hunter2');
    if (kind === 'nest') throw new ConflictException('taken');
    if (kind === 'zod') z.object({ a: z.string() }).parse({});
    throw new AppError(ERRORS[kind as keyof typeof ERRORS], `about ${kind}`, { field: 'a.b', deviceId: 'd' });
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

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as Record<string, unknown>;
}

describe('errors', () => {
  it.each([
    ['T_INVALID', 400],
    ['T_UNAUTHENTICATED', 401],
    ['T_FORBIDDEN', 403],
    ['T_NOT_FOUND', 404],
    ['T_CONFLICT', 409],
    ['T_TOO_LARGE', 413],
    ['T_UNAVAILABLE', 503],
  ])('%s of a catalogue are answered with %i', async (code, status) => {
    const response = await fetch(`${url}/fail/${code}`);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({
      type: `urn:entrepot:error:${code}`,
      title: ERRORS[code as keyof typeof ERRORS].title,
      detail: `about ${code}`,
      code,
      status,
      field: 'a.b',
      deviceId: 'd',
    });
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '10' : null);
  });

  it('tell nothing when they are ours, and are logged with their stack', async () => {
    const response = await fetch(`${url}/fail/unknown`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 500, code: 'HTTP_INTERNAL' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    const line = lines.find(
      (entry) => entry['requestId'] === problem['instance'] && entry['level'] === 'error',
    );
    expect(line).toMatchObject({
      err: { message: 'password is hunter2', stack: expect.stringContaining('fail') },
    });
    const internal = await problemOf(await fetch(`${url}/fail/T_INTERNAL`));
    expect(internal).toMatchObject({ status: 500, code: 'T_INTERNAL' });
    expect(JSON.stringify(internal)).not.toContain('about T');
  });

  it('of Nest, zod and the router have codes of ours', async () => {
    expect(await problemOf(await fetch(`${url}/fail/nest`))).toMatchObject({
      code: 'HTTP_CONFLICT',
      detail: 'taken',
    });
    expect(await problemOf(await fetch(`${url}/fail/zod`))).toMatchObject({
      code: 'HTTP_INPUT_INVALID',
      field: 'a',
    });
    expect(await problemOf(await fetch(`${url}/nowhere`))).toMatchObject({
      code: 'HTTP_ROUTE_NOT_FOUND',
      status: 404,
    });
    expect(await problemOf(await fetch(`${url}/fail/%zz`))).toMatchObject({
      code: 'HTTP_REQUEST_INVALID',
      status: 400,
    });
  });

  it('of messages and calls between programs are left to those who deliver them', async () => {
    const error = new Error('try again');
    const host = { getType: () => 'rpc' } as never;
    const answer = new ProblemFilter(silentLog()).catch(error, host) as Observable<never>;
    await expect(lastValueFrom(answer)).rejects.toBe(error);
  });
});
