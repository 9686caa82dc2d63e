/**
 * A part of `npm run bench:packages`: two thousand agents that are told of a package, fetch its info file and fragments,
 * verify them and report. Ends with exit code 1 when one of them fails, the statistics disagree, or PROLOG is too slow.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { httpRequest, makeTarGz, noise, waitFor } from '@entrepot/testing';
import { Upload } from 'tus-js-client';
import { Client } from './client.mjs';
import { agentDeviceId } from './fleet.mjs';
import { readOptions } from './options.mjs';
import { processorTime } from './processor-time.mjs';
import { untilQuiet } from './quiet.mjs';
import { quantile, table } from './report.mjs';
import { Server } from './server.mjs';

const LIMITS = {
  agents: { value: 2_000, least: 1, most: 20_000, what: 'agents' },
  seconds: { value: 60, least: 1, most: 1_800, what: 'time over which they begin' },
  warm: { value: 400, least: 0, most: 20_000, what: 'agents before them, at the same pace and not timed' },
  fragments: { value: 8, least: 1, most: 1_000, what: 'fragments of the package' },
  kib: { value: 256, least: 1, most: 10_240, what: 'KiB of each fragment' },
  connections: { value: 256, least: 1, most: 1_024, what: 'connections by http, and by https' },
  p99: { value: 100, least: 1, most: 60_000, what: 'ms that 99 of 100 PROLOG may take' },
};
const AGENTS = fileURLToPath(new URL('./package-agents.mjs', import.meta.url));
const ASSIGNED_AT_ONCE = 1_000;
const REGISTRATION = { connections: 16, seconds: 600 };
const REPORTS_MS = 60_000;
const MOST_SHOWN = 10;

const options = readOptions(process.argv.slice(2), LIMITS);
const wrong = [];
const numbers = Array.from({ length: options.agents + options.warm }, (_, number) => number);
const server = await Server.start(options.profile);
try {
  await register(numbers);
  const packageId = await assigned(await deviceIds());
  await untilQuiet(server.pid);
  await journeys();
  await compare(packageId);
} finally {
  await server.stop();
}
for (const line of wrong.slice(0, MOST_SHOWN)) console.log(line);
console.log(wrong.length === 0 ? 'Every agent has the package.' : `FAILED: ${wrong.length} findings.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function register() {
  const client = new Client();
  try {
    const requests = numbers.map((number) => ({ kind: 'INVENTORY', number, version: 0, run: 0 }));
    await client.prepare({ requests, port: server.port, ...REGISTRATION });
    const { results } = await client.run();
    const taken = results.filter(({ status }) => status === 200).length;
    if (taken < requests.length) throw new Error(`Of ${requests.length} inventories ${taken} were taken`);
  } finally {
    client.stop();
  }
}

async function deviceIds() {
  const wanted = new Set(numbers.map(agentDeviceId));
  const ids = [];
  for (let next = null; ;) {
    const page = await server.ask('POST', '/devices/search', { limit: 200, ...(next && { cursor: next }) });
    ids.push(...page.items.filter((item) => wanted.has(item.agentDeviceId)).map(({ id }) => id));
    next = page.next;
    if (next === null) return ids;
  }
}

/** Builds a package and gives it to all. */
async function assigned(ids) {
  const archive = await makeTarGz({
    'payload.bin': { content: noise(options.fragments * options.kib * 1_024) },
  });
  const made = await server.ask('POST', '/packages', {
    name: 'For all agents',
    operatingSystem: 'linux',
    action: { kind: 'STORE', path: '/opt/load' },
    fragments: { count: options.fragments },
  });
  await upload(made.upload.url, archive);
  await server.ask('POST', `/packages/${made.id}/build`);
  await waitFor(async () => (await server.ask('GET', `/packages/${made.id}`)).state === 'built', {
    what: 'the package to be built',
    timeoutMs: 60_000,
  });
  const { id: activationId } = await waitFor(
    () => server.ask('POST', '/activations', { packageId: made.id }).catch(() => null),
    { what: 'the package to be activated', timeoutMs: 30_000 },
  );
  for (let at = 0; at < ids.length; at += ASSIGNED_AT_ONCE)
    await server.ask('POST', '/assignments', {
      activationId,
      deviceIds: ids.slice(at, at + ASSIGNED_AT_ONCE),
    });
  console.log(`${ids.length} devices are to get ${archive.length} bytes in ${options.fragments} fragments`);
  return made.id;
}

function upload(url, archive) {
  return new Promise((resolve, reject) => {
    new Upload(archive, {
      uploadUrl: new URL(url, `http://127.0.0.1:${server.port}`).href,
      uploadLengthDeferred: true,
      headers: server.authorization,
      retryDelays: null,
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
}

async function journeys() {
  const { body } = await httpRequest(`http://127.0.0.1:${server.port}/cacert.pem`);
  const { agents, connections } = options;
  const child = fork(AGENTS, { serialization: 'advanced' });
  const run = async (some) => {
    const seconds = (options.seconds * some.length) / agents;
    child.send({ numbers: some, seconds, connections, port: server.port, ca: body.toString('utf8') });
    const [report] = await once(child, 'message');
    const failed = report.results.filter(({ error }) => error !== null);
    for (const { number, error } of failed) wrong.push(`agent ${number}: ${error}`);
    return { ...report, failed };
  };
  // A server that has just started compiles its code under the first of them, for seconds of full processors.
  const warming = options.warm === 0 ? { failed: [] } : await run(numbers.slice(agents));
  console.log(`warmed by ${options.warm} agents, ${warming.failed.length} failed`);
  const before = processorTime(server.pid);
  const report = await run(numbers.slice(0, agents));
  const { failed } = report;
  const after = processorTime(server.pid);
  child.disconnect();
  const prologs = sorted(report.results.map(({ prologMs }) => prologMs ?? Infinity));
  const whole = sorted(report.results.map(({ ms }) => ms));
  const row = (name, values) => [
    name,
    String(values.length),
    ...[0.5, 0.9, 0.99, 1].map((at) => quantile(values, at)),
  ];
  console.log(
    `\n${table([row('PROLOG', prologs), row('whole journey', whole)], ['', 'agents', 'p50 ms', 'p90 ms', 'p99 ms', 'longest ms'])}\n`,
  );
  const share = (ms) => `${((100 * ms) / report.elapsedMs).toFixed(0)} %`;
  console.log(
    `${(report.elapsedMs / 1_000).toFixed(0)} s, ${failed.length} failed; of one processor: Node ${share(after.program - before.program)}, ` +
      `PostgreSQL ${share(after.database - before.database)}, agents ${share(report.clientCpuMs)}; ` +
      `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, load average ${loadavg()[0].toFixed(1)}`,
  );
  const p99 = Number(quantile(prologs, 0.99));
  if (!(p99 <= options.p99)) wrong.push(`99 of 100 PROLOG took ${p99} ms at the most, not ${options.p99}`);
}

async function compare(packageId) {
  const until = Date.now() + REPORTS_MS;
  for (;;) {
    const { counts } = await server.ask('GET', `/packages/${packageId}/statistics`);
    if (counts.succeeded === numbers.length) return;
    if (Date.now() > until) {
      wrong.push(`The statistics count ${JSON.stringify(counts)}`);
      return;
    }
    await delay(500);
  }
}

function sorted(values) {
  return [...values].sort((a, b) => a - b);
}
