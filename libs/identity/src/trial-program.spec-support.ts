import { identityRpc, type EventOf, type IdentityRpc, type changeRecorded } from '@entrepot/contracts';
import type { AppError } from '@entrepot/kernel';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp } from '@entrepot/platform-http';
import { EventBus, EventContext, MessagingModule, type EventMessage } from '@entrepot/platform-messaging';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { IdentityModule, type IdentityOptions } from './index.js';
import { RecordChangeConsumer } from './record-change.consumer.js';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

@Module({})
class Program {
  static with(url: string, options: IdentityOptions): DynamicModule {
    const identity = IdentityModule.register(options);
    return {
      module: Program,
      imports: [
        TelemetryModule.forProgram({ name: 'identity-trial', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url }),
        MessagingModule.memory(),
        AuthModule.with(identity),
        identity,
      ],
    };
  }
}

/** For this lib's specs: a program with the identity context alone, called without a network. */
export class TrialProgram {
  private running: NestFastifyApplication | null = null;

  async start(options: IdentityOptions, databaseUrl: string): Promise<void> {
    const app = await createHttpApp(Program.with(databaseUrl, options));
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
    await app.startAllMicroservices();
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    this.running = app;
  }

  async stop(): Promise<void> {
    await this.running?.close();
    this.running = null;
  }

  /** Calls the API; `path` is below /api/v1. */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    token?: string,
    body?: object,
  ): Promise<Answer> {
    const response = await this.app().inject({
      method,
      url: `/api/v1/${path}`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body !== undefined && { payload: body }),
    });
    const { statusCode: status, payload } = response;
    return { status, body: payload === '' ? {} : (JSON.parse(payload) as Record<string, unknown>) };
  }

  /** Asks past the guard, which remembers a token for a while: the account's name, or the code of the refusal. */
  async whoIs(token: string): Promise<string> {
    const identity = this.app().get<IdentityRpc>(identityRpc.token, { strict: false });
    try {
      return (await identity.authenticate({ token })).name;
    } catch (error) {
      return (error as AppError).code;
    }
  }

  async redeliver(change: EventOf<typeof changeRecorded>, message: EventMessage): Promise<void> {
    await this.app()
      .get(RecordChangeConsumer, { strict: false })
      .handle(change, new EventContext([message]));
  }

  inDatabase<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.app().get(DataSource, { strict: false }).query(sql, parameters);
  }

  private app(): NestFastifyApplication {
    if (this.running === null) throw new Error('Nothing runs');
    return this.running;
  }
}
