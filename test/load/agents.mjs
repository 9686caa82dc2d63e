/**
 * The agents, in a process of their own so that their work does not count as the server's. Takes one job at a time:
 * makes all bodies, says "ready", sends them after "go", answers with what came of each request. Of a job that is
 * `open`, each request is sent when its time `at` (ms) has come, whatever became of those before it, and its latency
 * counts from that time; of others, each connection sends the next one as soon as it is free.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { inventoryOf, inventoryXml, prologXml } from './fleet.mjs';

const TIMEOUT_MS = 60_000;

let prepared = null;

process.on('message', (message) => {
  if (message.type === 'prepare') {
    const known = new Map();
    prepared = { job: message.job, requests: message.job.requests.map((one) => bodyOf(one, known)) };
    process.send({ type: 'ready' });
  } else if (message.type === 'go') {
    void run(prepared).then((report) => process.send({ type: 'report', report }));
  }
});
process.on('disconnect', () => process.exit());

/** A request that is sent again has the same body. */
function bodyOf({ kind, number, version, run }, known) {
  const key = `${kind} ${number} ${version} ${run}`;
  const body =
    known.get(key) ??
    deflateSync(
      kind === 'PROLOG' ? prologXml(number) : inventoryXml(number, inventoryOf(number, version, run)),
    );
  known.set(key, body);
  return body;
}

async function run({ job, requests }) {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const started = process.cpuUsage();
  const startedAt = performance.now();
  const results = await (job.open ? openLoop : closedLoop)(job, requests, agent, startedAt);
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(started);
  agent.destroy();
  return { results, elapsedMs, clientCpuMs: (user + system) / 1_000 };
}

async function closedLoop(job, requests, agent, startedAt) {
  const deadline = startedAt + job.seconds * 1_000;
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < requests.length && performance.now() < deadline) {
      const index = next++;
      const sentAt = performance.now();
      const status = await post(agent, job.port, requests[index]);
      results.push({ index, status, ms: performance.now() - sentAt });
    }
  };
  await Promise.all(Array.from({ length: job.connections }, work));
  return results;
}

async function openLoop(job, requests, agent, startedAt) {
  const sent = [];
  for (const [index, body] of requests.entries()) {
    const dueAt = startedAt + job.requests[index].at;
    // A timer may be a little early; a request never is.
    while (performance.now() < dueAt) await delay(Math.max(1, dueAt - performance.now()));
    sent.push(
      post(agent, job.port, body).then((status) => ({ index, status, ms: performance.now() - dueAt })),
    );
  }
  return Promise.all(sent);
}

/** The status; 0 when the connection failed or the reply did not come in time. */
function post(agent, port, body) {
  return new Promise((resolve) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/ocsinventory',
        method: 'POST',
        timeout: TIMEOUT_MS,
        headers: {
          'User-Agent': 'OCS-NG_unified_unix_agent_v2.10.2',
          'Content-Type': 'application/x-compress',
          'Content-Length': body.length,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', () => resolve(0));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
