import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ranIn, type Ran } from './run.spec-support.js';
import type { Terminal } from './terminal.js';

/** What a server was asked. */
export interface Asked {
  /** Such as `GET /api/v1/packages`. */
  readonly what: string;
  readonly query: unknown;
  readonly body: unknown;
}

/** An answer, or what makes it of the query. */
export type Answer = object | string | ((query: Readonly<Record<string, string>>) => object);

/** A server that answers what it is told to, and a shell that talks to it; only inside hooks and tests. */
export interface SampleServer {
  /** Newest last. */
  readonly asked: readonly Asked[];
  /** A folder of the test. */
  home(): string;
  run(words: readonly string[], given?: Partial<Terminal>): Promise<Ran>;
  /** The body that was sent last. */
  sent(): unknown;
}

/** A list that ends on its first page. */
export const page = (items: readonly unknown[]): object => ({ items, total: items.length, next: null });

/** @param answers by method and path; null answers 204 */
export function useSampleServer(answers: Readonly<Record<string, Answer | null>>): SampleServer {
  const asked: Asked[] = [];
  const server = fastify({ forceCloseConnections: true });
  server.all('/*', async (request: FastifyRequest, reply) => {
    const what = `${request.method} ${request.url.split('?')[0] ?? ''}`;
    asked.push({ what, query: request.query, body: request.body ?? null });
    const answer = answers[what];
    if (answer === undefined)
      return reply.code(404).send({ code: 'HTTP_NOT_FOUND', detail: `Nothing at ${what}` });
    if (answer === null) return reply.code(204).send();
    return typeof answer === 'function' ? answer(request.query as Record<string, string>) : answer;
  });
  let url = '';
  let home = '';
  beforeAll(async () => {
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    asked.length = 0;
    home = await mkdtemp(join(tmpdir(), 'entrepot-cli-'));
    return () => rm(home, { recursive: true, force: true });
  });
  return {
    asked,
    home: () => home,
    run: (words, given) => ranIn({ HOME: home, ENTREPOT_URL: url, ENTREPOT_TOKEN: 'good' }, words, given),
    sent: () => asked.at(-1)?.body,
  };
}
