import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  captureLogContext,
  continueTrace,
  type Log,
  resumeLogContext,
  TRACEPARENT,
  type TraceFields,
  withLogContext,
} from '@entrepot/platform-telemetry';
import type { RequestDurations } from './request-durations.js';

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const MAX_REASON = 200;
const PROBES = new Set(['/livez', '/readyz', '/metrics']);

/** The id of a request: what a proxy in front has given it when that looks like an id, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID();
}

/** Gives each request its log context and its X-Request-Id, and writes one log line and one measurement when it is over. */
export function addRequestHooks(
  fastify: FastifyInstance,
  log: Log,
  durations: RequestDurations,
  isStopping: () => boolean,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // Set on the raw response, so that answers written past Fastify (uploads) carry it too.
    reply.raw.setHeader('X-Request-Id', request.id);
    if (isStopping()) reply.raw.setHeader('Connection', 'close');
    withLogContext({ requestId: request.id, ...traceOf(request) }, () => {
      const context = captureLogContext() ?? {};
      const began = performance.now();
      reply.raw.once('close', () =>
        resumeLogContext(context, () =>
          recordRequest(request, reply, performance.now() - began, log, durations),
        ),
      );
      done();
    });
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping()) void reply.header('Connection', 'close');
    done();
  });
}

/** A second `traceparent` makes both worthless (W3C Trace Context, §3.2). */
function traceOf({ headers }: FastifyRequest): TraceFields {
  const given = headers[TRACEPARENT];
  return continueTrace(typeof given === 'string' ? given : undefined);
}

/** Writes the line of a request that no route can be looked for, which no hook sees: its path is no path. */
export function logUnroutable(log: Log, error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { id: requestId, method, ip: client } = request;
  const status = reply.raw.statusCode;
  log.info(
    { requestId, method, route: 'none', status, client, reason: error.message.slice(0, MAX_REASON) },
    'request',
  );
}

function recordRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  ms: number,
  log: Log,
  durations: RequestDurations,
): void {
  const { method } = request;
  const route = request.routeOptions.url ?? 'none';
  const status = reply.raw.statusCode;
  const fields = {
    method,
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    client: request.ip,
    ...(!reply.raw.writableFinished && { aborted: true }),
  };
  // A route may be too busy for a line each; what it refuses is worth one all the same.
  const isQuiet = request.routeOptions.logLevel === 'debug' && status < 400;
  if (PROBES.has(route) || isQuiet) log.debug(fields, 'request');
  else log.info(fields, 'request');
  durations.record(ms / 1_000, { method, route, status });
}
