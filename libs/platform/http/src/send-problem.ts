import type { FastifyReply } from 'fastify';
import { PROBLEM_CONTENT_TYPE, type Problem } from './problem.js';

const RETRY_AFTER_SECONDS = 10;

/** Answers with a problem document; when the answer is already on its way, cuts it so that nobody takes it for whole. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.sent || reply.raw.headersSent) {
    if (!reply.raw.writableEnded) reply.raw.destroy();
    return;
  }
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer');
  if (problem.status === 503) reply.header('Retry-After', String(RETRY_AFTER_SECONDS));
  for (const name of ['content-length', 'content-encoding', 'etag', 'last-modified', 'cache-control']) {
    reply.removeHeader(name);
  }
  void reply
    .code(problem.status)
    .header('Content-Type', PROBLEM_CONTENT_TYPE)
    .header('Cache-Control', 'no-store')
    .send(Buffer.from(JSON.stringify(problem)));
}
