import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { PublishedBlob } from '@entrepot/contracts';
import type { ProbeAnswer } from './probe-result.js';
import type { ProxiedAddress } from './proxied-address.js';

/** Those in which caches tell what they did. */
const TELLING = ['age', 'cache-status', 'via', 'x-cache', 'x-cache-lookup', 'x-squid-error'] as const;
const HEADER_MAX = 300;

/**
 * Fetches one published file through a proxy cache as an agent does: a plain GET, no redirect followed. Reads no more
 * than the file has, and nothing of an answer that is not 200.
 * @throws Error when there is no answer, or no end of it before the signal
 */
export async function fetchThroughProxy(
  { hostname, port, path, host }: ProxiedAddress,
  { size, sha256 }: PublishedBlob,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const asked = request({ hostname, port, path, headers: { host }, agent: false, signal });
  // A connection that breaks after the answer is nobody's concern any more.
  asked.on('error', () => undefined);
  asked.end();
  const [answer] = (await once(asked, 'response', { signal })) as [IncomingMessage];
  const status = answer.statusCode ?? 0;
  const headers = tellingHeaders(answer);
  const misleading = Object.entries(answer.headers).find(([, value]) => String(value).includes('HTTP/'));
  try {
    const correct = status === 200 ? await isRight(answer, size, sha256) : null;
    return { status, headers, misleading: misleading?.[0] ?? null, correct };
  } finally {
    asked.destroy();
  }
}

function tellingHeaders({ headers }: IncomingMessage): Record<string, string> {
  const told: Record<string, string> = {};
  for (const name of TELLING) {
    const value = headers[name];
    if (value !== undefined) told[name] = String(value).slice(0, HEADER_MAX);
  }
  return told;
}

async function isRight(body: AsyncIterable<unknown>, size: number, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > size) return false;
    hash.update(chunk as Buffer);
  }
  return bytes === size && hash.digest('hex') === sha256;
}
