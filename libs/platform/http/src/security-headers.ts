import type { FastifyInstance } from 'fastify';

// Swagger's page has its styles in itself and its pictures in data: URLs.
const PAGE_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Headers that keep a browser from reading more into an answer than is in it. Agents get only nosniff. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('X-Content-Type-Options', 'nosniff');
    const route = request.routeOptions.url ?? '';
    if (route.startsWith('/api/')) {
      reply.raw.setHeader('Referrer-Policy', 'no-referrer');
      reply.raw.setHeader('Content-Security-Policy', PAGE_POLICY);
    }
    if (route.startsWith('/api/v1/')) reply.raw.setHeader('Cache-Control', 'no-store');
    done();
  });
}
