import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identityRpc, type IdentityRpc } from '@entrepot/contracts';
import { AppError, defineErrors } from '@entrepot/kernel';
import { createHttpApp, listen } from '@entrepot/platform-http';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { AuthModule, CurrentPrincipal, type Principal, Public } from './index.js';

const ERRORS = defineErrors({
  IDENTITY_TOKEN_UNKNOWN: ['unauthenticated', 'Unknown'],
  RPC_UNAVAILABLE: ['unavailable', 'Down'],
});

let asked: string[] = [];
const identity: IdentityRpc = {
  authenticate: async ({ token }) => {
    asked.push(token);
    if (token === 'down') throw new AppError(ERRORS.RPC_UNAVAILABLE, 'identity does not answer');
    if (!token.startsWith('good')) throw new AppError(ERRORS.IDENTITY_TOKEN_UNKNOWN, 'unknown');
    return { accountId: 'account-1', name: 'ada' };
  },
};

@Controller()
class Routes {
  @Get('api/v1/me')
  me(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }

  @Public()
  @Get('api/v1/open')
  open(): string {
    return 'open';
  }

  @Get('download/1/info')
  agent(): string {
    return 'info';
  }
}

@Module({
  providers: [{ provide: identityRpc.token, useValue: identity }],
  exports: [identityRpc.token],
})
class IdentityModule {}

@Module({
  imports: [
    TelemetryModule.forProgram({ name: 'test', logLevel: 'silent' }),
    AuthModule.with(IdentityModule),
  ],
  controllers: [Routes],
})
class ProgramModule {}

let app: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  app = await createHttpApp(ProgramModule);
  ({ httpUrl: url } = await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false }));
});
afterAll(() => app.close());
beforeEach(() => {
  asked = [];
});

function get(path: string, authorization?: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: authorization === undefined ? {} : { authorization } });
}

describe('the guard of the API', () => {
  it('lets a caller with an accepted token pass and tells the operation who it is', async () => {
    const response = await get('/api/v1/me', 'bearer good-1');
    expect(await response.json()).toEqual({ accountId: 'account-1', name: 'ada' });
  });

  it('asks once for a token that comes again soon, and each time for one that is refused', async () => {
    await get('/api/v1/me', 'Bearer good-2');
    await get('/api/v1/me', 'Bearer good-2');
    await get('/api/v1/me', 'Bearer bad');
    await get('/api/v1/me', 'Bearer bad');
    expect(asked).toEqual(['good-2', 'bad', 'bad']);
  });

  it.each([
    [undefined, 401, 'AUTH_TOKEN_MISSING'],
    ['Basic YWRtaW46eA==', 401, 'AUTH_TOKEN_MISSING'],
    ['Bearer', 401, 'AUTH_TOKEN_INVALID'],
    ['Bearer two words', 401, 'AUTH_TOKEN_INVALID'],
    [`Bearer ${'x'.repeat(5_000)}`, 401, 'AUTH_TOKEN_INVALID'],
    ['Bearer bad', 401, 'AUTH_TOKEN_INVALID'],
    ['Bearer down', 503, 'RPC_UNAVAILABLE'],
  ])('answers %s with %i %s (%#)', async (header, status, code) => {
    const response = await get('/api/v1/me', header);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  });

  it('cannot be passed by writing the path in another way', async () => {
    for (const path of ['/api/v1/me/', '/%61pi/v1/me', '/api/v1/me?x=1', '/api/v1/%6de']) {
      expect([path, (await get(path)).status]).toEqual([path, 401]);
    }
  });

  it('leaves public routes, agents and health open', async () => {
    for (const path of ['/api/v1/open', '/download/1/info', '/livez', '/readyz', '/metrics']) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    }
    expect(asked).toEqual([]);
  });
});
