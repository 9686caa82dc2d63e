import { Body, Controller, Delete, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import {
  apiBody,
  apiOk,
  apiQuery,
  createHttpApp,
  listen,
  mergeOpenApi,
  pageOf,
  pageQuery,
  type PageQuery,
  setupOpenApi,
  zodBody,
  zodParam,
  zodQuery,
} from './index.js';

const bodySchema = z.strictObject({ name: z.string(), priority: z.int().min(0).max(9) });
const itemSchema = z.object({ id: z.uuid(), since: z.date() });

@Controller()
class SampleController {
  @Post('ocsinventory')
  @HttpCode(200)
  agent(): string {
    return 'reply';
  }

  @Post('api/v1/things')
  @apiBody(bodySchema)
  create(@Body(zodBody(bodySchema)) body: z.output<typeof bodySchema>): unknown {
    return body;
  }

  @Get('api/v1/things')
  @apiQuery(pageQuery)
  @apiOk(pageOf(itemSchema))
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
}

@Module({
  imports: [TelemetryModule.forProgram({ name: 'test', logLevel: 'silent' })],
  controllers: [SampleController],
})
class SampleModule {}

@Controller()
class FrontController {
  @Get('api/v1/front')
  front(): string {
    return 'front';
  }
}

@Module({
  imports: [TelemetryModule.forProgram({ name: 'front', logLevel: 'silent' })],
  controllers: [FrontController],
})
class FrontModule {}

let app: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  app = await createHttpApp(SampleModule, { caCertificate: 'CA' });
  setupOpenApi(app, { title: 'Sample', version: '1' });
  ({ httpUrl: url } = await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false }));
});

afterAll(() => app.close());

describe('the documents', () => {
  it('describe the API with its schemas and nothing else', async () => {
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as OpenAPIObject;
    expect(Object.keys(document.paths)).toEqual(['/api/v1/things', '/api/v1/things/{id}']);
    expect(document).toMatchObject({
      security: [{ bearer: [] }],
      paths: {
        '/api/v1/things': {
          post: {
            requestBody: { content: { 'application/json': { schema: { required: ['name', 'priority'] } } } },
          },
          get: {
            parameters: [
              {
                name: 'limit',
                in: 'query',
                required: false,
                schema: { type: 'integer', maximum: 500, default: 50 },
              },
              { name: 'cursor', in: 'query', required: false },
            ],
          },
        },
      },
    });
    expect(JSON.stringify(document)).toContain('"format":"date-time"');
    const other = { ...document, paths: { '/api/v1/other': {} } };
    expect(Object.keys(mergeOpenApi([document, other]).paths)).toHaveLength(3);
    const clash = { ...document, paths: { '/api/v1/things': { post: { responses: {} } } } };
    expect(() => mergeOpenApi([document, clash])).toThrow('post of /api/v1/things');
  });

  it('are joined with those of other programs, and are not given in half', async () => {
    const front = await createHttpApp(FrontModule);
    setupOpenApi(front, { title: 'Front', version: '1', parts: [url] });
    const { httpUrl } = await listen(front, { host: '127.0.0.1', httpPort: 0, signals: false });
    const joined = (await (await fetch(`${httpUrl}/api/openapi.json`)).json()) as OpenAPIObject;
    expect(joined.info.title).toBe('Front');
    expect(Object.keys(joined.paths)).toEqual(['/api/v1/front', '/api/v1/things', '/api/v1/things/{id}']);
    const own = (await (await fetch(`${httpUrl}/api/openapi.json?part=own`)).json()) as OpenAPIObject;
    expect(Object.keys(own.paths)).toEqual(['/api/v1/front']);
    await front.close();

    const lonely = await createHttpApp(FrontModule);
    setupOpenApi(lonely, { title: 'Front', version: '1', parts: [httpUrl] });
    const { httpUrl: lonelyUrl } = await listen(lonely, { host: '127.0.0.1', httpPort: 0, signals: false });
    const answer = await fetch(`${lonelyUrl}/api/openapi.json`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'HTTP_UNAVAILABLE' }]);
    await lonely.close();
  });

  it('have a page whose parts are there', async () => {
    const page = await fetch(`${url}/api/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const part of ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-ui-init.js']) {
      expect([part, (await fetch(`${url}/api/docs/${part}`)).status]).toEqual([part, 200]);
    }
  });

  it('include the CA for agents', async () => {
    const response = await fetch(`${url}/cacert.pem`);
    expect(response.headers.get('content-type')).toBe('application/x-pem-file');
    expect(await response.text()).toBe('CA');
  });
});
