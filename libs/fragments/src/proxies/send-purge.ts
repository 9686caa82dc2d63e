import { once } from 'node:events';
import { request, type Agent, type IncomingMessage } from 'node:http';
import type { ProxiedAddress } from './proxied-address.js';

/**
 * Sends one PURGE (a custom of squid and Varnish, in no RFC) and reads no more than the status.
 * @throws Error when there is no answer within the given milliseconds
 */
export async function sendPurge(
  { hostname, port, path, host }: ProxiedAddress,
  agent: Agent,
  timeoutMs: number,
): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = request({ method: 'PURGE', hostname, port, path, headers: { host }, agent, signal });
  // A connection that breaks after the answer is nobody's concern any more.
  asked.on('error', () => undefined);
  asked.end();
  const [answer] = (await once(asked, 'response', { signal })) as [IncomingMessage];
  // What is not read keeps its connection from being used again.
  answer.resume();
  await once(answer, 'end', { signal });
  return answer.statusCode ?? 0;
}
