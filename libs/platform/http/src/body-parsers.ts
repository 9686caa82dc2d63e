import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BodyBudget, type BodyShare } from './body-budget.js';
import { readBody } from './read-body.js';

/** Stands in for whatever an agent calls its body; no client of ours sends it. */
const RAW_BODY = 'application/vnd.entrepot.raw-body';
const TUS_CHUNK = 'application/offset+octet-stream';

/** Below this route a body is bytes, whatever its headers say (OCS-PROTOCOL.md §1.2: the content type is ignored). */
const AGENT_ROUTE = /^\/ocsinventory(?:\/|$)/;

/** Bytes that agents' bodies may take up. */
export interface AgentBodyLimits {
  /** One body. */
  readonly each: number;
  /** All that are not answered yet, together; anybody may send one. */
  readonly together: number;
}

/**
 * Below /ocsinventory any body becomes a Buffer, within limits and never decoded by its Content-Encoding (agents that
 * send one have it applied once, and the bytes tell). A tus chunk is left unread on the raw request, however long it is.
 * Everywhere else Nest's parsers apply, within the app's limit or the one that a route has by `@RouteConfig({ bodyLimit })`.
 */
export function addBodyParsers(fastify: FastifyInstance, limits: AgentBodyLimits): void {
  const budget = new BodyBudget(limits.together);
  const shares = new WeakMap<IncomingMessage, BodyShare>();
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as { bodyLimit?: number };
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (AGENT_ROUTE.test(request.routeOptions.url ?? '')) {
      request.raw.headers['content-type'] = RAW_BODY;
      const share = budget.open();
      shares.set(request.raw, share);
      reply.raw.once('close', () => share.close());
    }
    done();
  });
  fastify.addContentTypeParser(RAW_BODY, (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, limits.each, shares.get(request.raw) ?? budget.open()),
  );
  fastify.addContentTypeParser(TUS_CHUNK, (_request, _payload, done) => done(null));
}
