/**
 * `npm run bench:storm`: a site in the morning. Starts the built embedded program with its own PostgreSQL, registers
 * the devices, and then sends PROLOG and inventories (600 software, some of them with two changed) at fixed times,
 * whether or not the answers keep up: latencies count from the time at which a request was due. Ends with exit code 1
 * when a request was not answered with 200, PROLOG is slower than it may be, or an acknowledged inventory is not stored.
 */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { audit } from './audit.mjs';
import { Client } from './client.mjs';
import { readOptions } from './options.mjs';
import { processorTime } from './processor-time.mjs';
import { quantile, table } from './report.mjs';
import { Server } from './server.mjs';

const LIMITS = {
  devices: { value: 3_000, least: 10, most: 20_000, what: 'devices, registered before the storm' },
  rate: {
    value: 150,
    least: 1,
    most: 2_000,
    what: 'devices that call per second: a PROLOG and an inventory',
  },
  seconds: { value: 180, least: 1, most: 1_800, what: 'length of the storm' },
  changed: { value: 10, least: 0, most: 100, what: 'of 100 inventories have two changed software' },
  p99: { value: 50, least: 1, most: 60_000, what: 'ms that 99 of 100 PROLOG may take' },
  audited: { value: 300, least: 0, most: 20_000, what: 'devices whose stored inventory is compared' },
};
const COLUMNS = ['', 'requests', 'failed', 'p50 ms', 'p90 ms', 'p99 ms', 'p99.9 ms', 'longest ms'];
/** An agent needs a while to make its inventory after the PROLOG has asked for it. */
const INVENTORY_AFTER_MS = 1_000;
const REGISTRATION_SECONDS = 600;
const REGISTRATION_CONNECTIONS = 16;
/** More than are ever busy as long as the server keeps up. */
const CONNECTIONS = 256;
/** Contacts and events are written after the reply. */
const AFTERMATH_MS = 700;
/** A server that has just taken so many registrations still tidies up after them. */
const CALM_MS = 5_000;
const MOST_SHOWN = 10;

const options = readOptions(process.argv.slice(2), LIMITS);
const wrong = [];
const server = await Server.start(options.profile);
const client = new Client();
try {
  await register();
  await storm();
} finally {
  client.stop();
  await server.stop();
}
for (const line of wrong.slice(0, MOST_SHOWN)) console.log(line);
if (wrong.length > MOST_SHOWN) console.log(`… and ${wrong.length - MOST_SHOWN} more`);
console.log(wrong.length === 0 ? 'The storm is weathered.' : `FAILED: ${wrong.length} findings.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function register() {
  const numbers = Array.from({ length: options.devices }, (_, number) => number);
  const requests = numbers.flatMap((number) => [
    { kind: 'PROLOG', number },
    { kind: 'INVENTORY', number, version: 0, run: 0 },
  ]);
  await client.prepare({
    requests,
    port: server.port,
    connections: REGISTRATION_CONNECTIONS,
    seconds: REGISTRATION_SECONDS,
  });
  const { results, elapsedMs } = await client.run();
  const answered = results.filter(({ status }) => status === 200).length;
  if (answered < requests.length)
    throw new Error(`Of ${requests.length} requests to register ${answered} were taken`);
  console.log(`${options.devices} devices are registered (${(elapsedMs / 1_000).toFixed(0)} s)`);
  await delay(CALM_MS);
}

async function storm() {
  const requests = schedule();
  await client.prepare({ requests, port: server.port, connections: CONNECTIONS, open: true });
  const before = processorTime(server.pid);
  const { results, elapsedMs, clientCpuMs } = await client.run();
  await delay(AFTERMATH_MS);
  const after = processorTime(server.pid);
  const of = (wanted) => results.filter(({ index }) => wanted(requests[index]));
  const prologs = of(({ kind }) => kind === 'PROLOG');
  const rows = [
    figures('PROLOG', prologs),
    figures(
      'inventory, unchanged',
      of(({ kind, changed }) => kind === 'INVENTORY' && !changed),
    ),
    figures(
      'inventory, 2 software changed',
      of(({ changed }) => changed),
    ),
  ];
  console.log(`\n${table(rows, COLUMNS)}\n`);
  console.log(usage(before, after, elapsedMs, clientCpuMs));
  judge(requests, results, prologs);
  await auditSome(requests, results);
}

/** What is sent when: the devices call one after the other, all of them again and again. */
function schedule() {
  const requests = [];
  const versions = new Map();
  let credit = 0;
  for (let call = 0; call < options.rate * options.seconds; call++) {
    const number = call % options.devices;
    const at = (call * 1_000) / options.rate;
    credit += options.changed;
    const changed = credit >= 100;
    if (changed) credit -= 100;
    const version = (versions.get(number) ?? 0) + (changed ? 1 : 0);
    versions.set(number, version);
    requests.push({ kind: 'PROLOG', number, at });
    requests.push({
      kind: 'INVENTORY',
      number,
      version,
      run: version + 1,
      changed,
      at: at + INVENTORY_AFTER_MS,
    });
  }
  return requests.sort((a, b) => a.at - b.at);
}

function latencies(results) {
  return results.map(({ ms }) => ms).sort((a, b) => a - b);
}

/** Those that were not answered count too: they were slow, whatever else they were. */
function figures(name, results) {
  const sorted = latencies(results);
  const failed = results.filter(({ status }) => status !== 200).length;
  const shares = [0.5, 0.9, 0.99, 0.999, 1].map((share) => quantile(sorted, share));
  return [name, String(results.length), String(failed), ...shares];
}

function usage(before, after, elapsedMs, clientCpuMs) {
  const share = (ms) => `${((100 * ms) / elapsedMs).toFixed(0)} %`;
  const load = loadavg().map((average) => average.toFixed(1));
  return (
    `${(elapsedMs / 1_000).toFixed(0)} s; of one processor: Node ${share(after.program - before.program)}, ` +
    `PostgreSQL ${share(after.database - before.database)}, client ${share(clientCpuMs)}; ` +
    `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, load average ${load.join(' ')}`
  );
}

function judge(requests, results, prologs) {
  for (const { index, status } of results) {
    const { kind, number, at } = requests[index];
    if (status !== 200) wrong.push(`${kind} of device ${number} at ${at.toFixed(0)} ms: ${status}`);
  }
  const p99 = Number(quantile(latencies(prologs), 0.99));
  if (p99 > options.p99) wrong.push(`99 of 100 PROLOG took ${p99} ms at the most, not ${options.p99}`);
}

async function auditSome(requests, results) {
  const every = Math.max(1, Math.ceil(options.devices / Math.max(1, options.audited)));
  const acknowledged = new Map();
  for (const { index, status } of results) {
    const { kind, number, version, run } = requests[index];
    const wanted = kind === 'INVENTORY' && status === 200 && options.audited > 0 && number % every === 0;
    if (wanted && (acknowledged.get(number)?.run ?? -1) < run) acknowledged.set(number, { version, run });
  }
  const found = await audit(server, acknowledged);
  wrong.push(...found);
  console.log(
    `audit: ${acknowledged.size - found.length} of ${acknowledged.size} devices are as acknowledged`,
  );
}
