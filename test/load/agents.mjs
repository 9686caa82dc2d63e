/**
 * The agents, in a process of their own so that their work does not count as the server's. Takes one job at a time:
 * makes all bodies, says "ready", sends them after "go", answers with what came of each request.
 */
import { Agent, request } from 'node:http';
import { deflateSync } from 'node:zlib';
import { inventoryOf, inventoryXml, prologXml } from './fleet.mjs';

const TIMEOUT_MS = 60_000;

let prepared = null;

process.on('message', (message) => {
  if (message.type === 'prepare') {
    prepared = { job: message.job, requests: message.job.requests.map(bodyOf) };
    process.send({ type: 'ready' });
  } else if (message.type === 'go') {
    void run(prepared).then((report) => process.send({ type: 'report', report }));
  }
});
process.on('disconnect', () => process.exit());

const prologs = new Map();

function bodyOf(one) {
  if (one.kind === 'PROLOG') {
    const body = prologs.get(one.number) ?? deflateSync(prologXml(one.number));
    prologs.set(one.number, body);
    return body;
  }
  return deflateSync(inventoryXml(one.number, inventoryOf(one.number, one.version, one.run)));
}

async function run({ job, requests }) {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const deadline = performance.now() + job.seconds * 1_000;
  const started = process.cpuUsage();
  const startedAt = performance.now();
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
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(started);
  agent.destroy();
  return { results, elapsedMs, clientCpuMs: (user + system) / 1_000 };
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
