import { activationRpc, identityRpc, type ActivationRpc } from '@entrepot/contracts';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp } from '@entrepot/platform-http';
import { MessagingModule } from '@entrepot/platform-messaging';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import {
  httpRequest,
  ScriptedAgent,
  useDatabase,
  type AgentForm,
  type HttpQuestion,
  type UsedDatabase,
} from '@entrepot/testing';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll } from 'vitest';
import type { InventoryOptions } from './inventory-options.js';
import { InventoryModule } from './inventory.module.js';

export interface Listed {
  items: { id: string; name: string; tag: string; userAgent: string; agentDeviceId: string }[];
  total: number;
  next: string | null;
}

/** The inventory program over HTTP, as a spec talks to it; only inside hooks and tests. */
export interface InventoryProgram {
  readonly database: UsedDatabase;
  app(): NestFastifyApplication;
  /** `http://127.0.0.1:<port>` */
  base(): string;
  agent(deviceId: string, form?: AgentForm): ScriptedAgent;
  api(method: HttpQuestion['method'], path: string, body?: unknown): Promise<{ status: number; json: never }>;
  findDevice(text: string): Promise<Listed['items'][number]>;
}

/** The call that inventory makes of activation. */
type OffersOfActivation = Pick<ActivationRpc, 'packagesForDevice'>;

const administrator = { accountId: '0195d0a0-0000-7000-8000-000000000001', name: 'admin' };

@Global()
@Module({})
class OtherContexts {
  static with(activation: OffersOfActivation): DynamicModule {
    return {
      module: OtherContexts,
      providers: [
        { provide: activationRpc.token, useValue: activation },
        { provide: identityRpc.token, useValue: { authenticate: () => Promise.resolve(administrator) } },
      ],
      exports: [activationRpc.token, identityRpc.token],
    };
  }
}

@Module({})
class TrialApp {
  static with(
    url: string,
    activation: OffersOfActivation,
    options: Partial<InventoryOptions>,
  ): DynamicModule {
    const telemetry = TelemetryModule.forProgram({ name: 'trial', logLevel: 'silent' });
    const platform = [telemetry, DatabaseModule.forRoot({ url }), MessagingModule.memory(), AuthModule];
    const contexts = [OtherContexts.with(activation), InventoryModule.forRoot(options)];
    return { module: TrialApp, imports: [...platform, ...contexts] };
  }
}

/** Starts the program on a real Postgres for the tests of one file; the other contexts are what the file gives. */
export function useInventoryProgram(
  activation: OffersOfActivation,
  options: Partial<InventoryOptions> = {},
  database = useDatabase(),
): InventoryProgram {
  let app: NestFastifyApplication;
  let base = '';
  beforeAll(async () => {
    app = await createHttpApp(TrialApp.with(database.url(), activation, options));
    await app.listen(0, '127.0.0.1');
    base = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
  });

  const api: InventoryProgram['api'] = async (method, path, body) => {
    const answer = await httpRequest(`${base}/api/v1${path}`, {
      method,
      headers: {
        Authorization: 'Bearer t',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: JSON.parse(answer.body.toString('utf8')) as never };
  };
  return {
    database,
    app: () => app,
    base: () => base,
    agent: (deviceId, form) =>
      new ScriptedAgent({ server: `${base}/ocsinventory`, deviceId, ...(form && { form }) }),
    api,
    findDevice: async (text) => {
      const { json } = await api('POST', '/devices/search', { text });
      const [found] = (json as Listed).items;
      if (found === undefined) throw new Error(`no device ${text}`);
      return found;
    },
  };
}
