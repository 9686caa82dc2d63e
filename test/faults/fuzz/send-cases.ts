import { Agent } from 'node:http';
import { httpRequest } from '@entrepot/testing';
import { isUnreadable } from './expected-answer.js';
import type { FuzzCase } from './fuzz-case.js';

/** What a case was answered. */
export interface Answered {
  readonly sent: FuzzCase;
  /** Why there was no answer, or the status. */
  readonly status: number | string;
  /** Whether it is what the rule wants. */
  readonly right: boolean;
}

const TIMEOUT_MS = 60_000;

/** Sends cases over so many connections, each of which waits for its answer; `told` hears of each one. */
export async function sendCases(
  httpUrl: string,
  cases: Iterator<FuzzCase>,
  connections: number,
  told: (answered: Answered) => void | Promise<void>,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const work = async (): Promise<void> => {
    for (let next = cases.next(); !next.done; next = cases.next()) {
      const status = await statusOf(httpUrl, next.value, agent);
      await told({ sent: next.value, status, right: isRight(next.value, status) });
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    agent.destroy();
  }
}

function isRight({ body }: FuzzCase, status: number | string): boolean {
  return isUnreadable(body) ? status === 500 : status === 200 || status === 400;
}

async function statusOf(httpUrl: string, sent: FuzzCase, agent: Agent): Promise<number | string> {
  try {
    return await post(httpUrl, sent, agent);
  } catch (error) {
    // A server may close a kept connection in the moment in which it is used again.
    if (codeOf(error) === 'ECONNRESET') return post(httpUrl, sent).catch(codeOf);
    return codeOf(error);
  }
}

async function post(httpUrl: string, { path, headers, body }: FuzzCase, agent?: Agent): Promise<number> {
  const length = 'Transfer-Encoding' in headers ? {} : { 'Content-Length': body.length };
  const question = { method: 'POST', path, headers: { ...headers, ...length }, body, agent } as const;
  return (await httpRequest(httpUrl, { ...question, timeoutMs: TIMEOUT_MS })).status;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
