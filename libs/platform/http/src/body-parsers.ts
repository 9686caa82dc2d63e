import type { FastifyInstance } from 'fastify';

/** Stands in for whatever an agent calls its body; no client of ours sends it. */
const RAW_BODY = 'application/vnd.entrepot.raw-body';
const TUS_CHUNK = 'application/offset+octet-stream';

/** Below this route a body is bytes, whatever its headers say (OCS-PROTOCOL.md §1.2: the content type is ignored). */
const AGENT_ROUTE = /^\/ocsinventory(?:\/|$)/;

/**
 * Below /ocsinventory any body becomes a Buffer, of `agentBodyLimit` bytes at most and never decoded by its
 * Content-Encoding (agents that send one have it applied once, and the bytes tell). A tus chunk is left unread on the
 * raw request, however long it is. Everywhere else Nest's parsers apply.
 */
export function addBodyParsers(fastify: FastifyInstance, agentBodyLimit: number): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (AGENT_ROUTE.test(request.routeOptions.url ?? '')) request.raw.headers['content-type'] = RAW_BODY;
    done();
  });
  fastify.addContentTypeParser(
    RAW_BODY,
    { parseAs: 'buffer', bodyLimit: agentBodyLimit },
    (_request, body, done) => done(null, body),
  );
  fastify.addContentTypeParser(TUS_CHUNK, (_request, _payload, done) => done(null));
}
