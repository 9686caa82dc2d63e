import type { ConfigOf, httpConfig, logConfig } from '@entrepot/platform-config';
import { createHttpApp, listen, setupOpenApi, type Listening } from '@entrepot/platform-http';
import { EventBus } from '@entrepot/platform-messaging';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What every program is made of. */
export interface Program {
  readonly name: string;
  /** The contexts, the bus, the database and the other programs that it needs. */
  readonly module: DynamicModule;
  readonly http: ConfigOf<typeof httpConfig>;
  readonly log: ConfigOf<typeof logConfig>;
  /** Makes it answer on https as well, and gives the CA to agents. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Http addresses of the other programs, whose API this one shows together with its own. */
  readonly apiParts?: readonly string[];
  /** Whether SIGTERM and SIGINT stop the program; true unless told. */
  readonly signals?: boolean;
}

export interface StartedProgram extends Listening {
  readonly app: NestFastifyApplication;
}

const API_TITLE = 'Entrepot';
const API_VERSION = '1';

/**
 * Starts a program: HTTP, consumers, outbox relays, API document.
 * @throws whatever a module throws at its start, or the system when a port is taken
 */
export async function startProgram(program: Program): Promise<StartedProgram> {
  const { http, tls } = program;
  const app = await createHttpApp(ProgramModule.of(program), {
    maxBodyBytes: http.maxBodyBytes,
    ...(http.trustedProxies && { trustedProxies: http.trustedProxies }),
    ...(tls && { caCertificate: tls.ca }),
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
  await app.startAllMicroservices();
  setupOpenApi(app, { title: API_TITLE, version: API_VERSION, parts: program.apiParts ?? [] });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', (_request, reply) => reply.redirect('/api/docs'));
  const listening = await listen(app, {
    host: http.host,
    httpPort: http.httpPort,
    ...(tls && { https: { port: http.httpsPort, key: tls.key, cert: tls.cert } }),
    ...(program.signals !== undefined && { signals: program.signals }),
  });
  return { app, ...listening };
}

@Module({})
class ProgramModule {
  static of({ name, log, module }: Program): DynamicModule {
    return {
      module: ProgramModule,
      imports: [TelemetryModule.forProgram({ name, logLevel: log.level }), module],
    };
  }
}
