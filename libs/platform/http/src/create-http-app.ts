import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log, NestLog } from '@entrepot/platform-telemetry';
import { addBodyParsers } from './body-parsers.js';
import { DrainingAdapter } from './draining-adapter.js';
import { HealthModule } from './health.module.js';
import { ProblemFilter } from './problem.filter.js';
import { toProblem } from './problem.js';
import { Readiness } from './readiness.js';
import { RequestDurations } from './request-durations.js';
import { addRequestHooks, logUnroutable, requestIdOf } from './request-hooks.js';
import { addSecurityHeaders } from './security-headers.js';
import { sendProblem } from './send-problem.js';

export interface HttpAppOptions {
  /** Bytes that an agent's body may have on the wire; 32 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** Bytes that all bodies of agents may have together while they are not answered; 256 MiB unless told. */
  readonly maxBodiesBytes?: number;
  /** Bytes that a body of the API may have; 1 MiB unless told. Uploads are streams and have no such limit. */
  readonly maxApiBodyBytes?: number;
  /** Networks whose X-Forwarded-For is believed; none unless told. */
  readonly trustedProxies?: readonly string[];
  /** The CA in PEM that GET /cacert.pem gives to agents; nothing is there without it. */
  readonly caCertificate?: string;
}

const MIB = 2 ** 20;
// Long names in a path get the answer of the route (404, 400), not one of the router.
const MAX_PARAMETER_LENGTH = 2_048;
const IDLE_SOCKET_MS = 120_000;

/**
 * Makes the HTTP side of a program: Fastify with our parsers, problem documents, health, request log and metrics.
 * The root module imports `TelemetryModule.forProgram`. Not listening yet: see `listen`.
 */
export async function createHttpApp(
  root: Type | DynamicModule,
  options: HttpAppOptions = {},
): Promise<NestFastifyApplication> {
  const adapter = new DrainingAdapter({
    bodyLimit: options.maxApiBodyBytes ?? MIB,
    connectionTimeout: IDLE_SOCKET_MS,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
    trustProxy:
      options.trustedProxies && options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.raw.setHeader('X-Request-Id', request.id);
      sendProblem(reply, toProblem(error, request.id));
      logUnroutable(app.get(Log), error, request, reply);
    },
  });
  const app = await create(root, adapter);
  app.useLogger(new NestLog(app.get(Log)));
  adapter.whenStopping(() => app.get(Readiness).beginShutdown());
  const fastify = adapter.getInstance();
  addRequestHooks(fastify, app.get(Log), app.get(RequestDurations), () => adapter.isStopping);
  addSecurityHeaders(fastify);
  addBodyParsers(fastify, {
    each: options.maxBodyBytes ?? 32 * MIB,
    together: options.maxBodiesBytes ?? 256 * MIB,
  });
  if (options.caCertificate !== undefined) {
    const { caCertificate } = options;
    fastify.get('/cacert.pem', (_request, reply) => reply.type('application/x-pem-file').send(caCertificate));
  }
  return app;
}

async function create(root: Type | DynamicModule, adapter: DrainingAdapter): Promise<NestFastifyApplication> {
  try {
    return await NestFactory.create<NestFastifyApplication>(HttpAppModule.around(root), adapter, {
      abortOnError: false,
      bufferLogs: true,
    });
  } catch (error) {
    Logger.flush();
    throw error;
  }
}

@Module({})
class HttpAppModule {
  static around(root: Type | DynamicModule): DynamicModule {
    return {
      module: HttpAppModule,
      imports: [root, HealthModule],
      providers: [RequestDurations, { provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
