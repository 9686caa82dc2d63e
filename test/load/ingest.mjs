/**
 * `npm run bench:ingest`: starts the built embedded program with its own PostgreSQL, sends inventories (600 software,
 * 257 KB) and PROLOG over 16 connections, prints rate, processor time and latency, and audits the database: ends with
 * exit code 1 when an acknowledged inventory is not there field for field, or a request was not answered with 200.
 */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { audit } from './audit.mjs';
import { Client } from './client.mjs';
import { readOptions } from './options.mjs';
import { processorTime } from './processor-time.mjs';
import { figures, table } from './report.mjs';
import { Server } from './server.mjs';

/** What is written after the reply (contacts, events) counts too. */
const AFTERMATH_MS = 700;
const MOST_SHOWN = 10;

const options = readOptions(process.argv.slice(2));
const numbers = Array.from({ length: options.devices }, (_, number) => number);
const acknowledged = new Map();
const rows = [];
const wrong = [];

const server = await Server.start(options.profile);
const client = new Client();
try {
  await warmUp();
  await measure('first inventory', inventories(0, 0));
  await auditNow('first inventories');
  await measure(
    'repeat, unchanged',
    repeated(() => 0, 1),
  );
  await measure(
    'repeat, 2 software changed',
    repeated((round) => round + 1, 1 + options.rounds),
  );
  await measure('PROLOG, known device', prologs(options.prologs));
  await auditNow('repeats');
} finally {
  client.stop();
  await server.stop();
}
console.log(`\n${table(rows)}`);
const load = loadavg().map((average) => average.toFixed(1));
console.log(
  `\n${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${options.connections} connections,` +
    ` load average ${load.join(' ')}; CPU is ms per request of Node and PostgreSQL together`,
);
for (const line of wrong.slice(0, MOST_SHOWN)) console.log(line);
if (wrong.length > MOST_SHOWN) console.log(`… and ${wrong.length - MOST_SHOWN} more`);
console.log(wrong.length === 0 ? 'Nothing acknowledged is missing.' : `FAILED: ${wrong.length} findings.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** Other devices first: a server that has just started is not what is measured. */
async function warmUp() {
  const others = Array.from({ length: options.warmup }, (_, index) => options.devices + index);
  const requests = others.map((number) => ({ kind: 'INVENTORY', number, version: 0, run: 0 }));
  await send([...requests, ...requests.map((one) => ({ ...one, kind: 'PROLOG' }))]);
}

function inventories(version, run) {
  return numbers.map((number) => ({ kind: 'INVENTORY', number, version, run }));
}

function repeated(versionOf, firstRun) {
  const all = Array.from({ length: options.rounds }, (_, round) =>
    inventories(versionOf(round), firstRun + round),
  );
  return all.flat();
}

function prologs(count) {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'PROLOG',
    number: numbers[index % numbers.length],
  }));
}

async function send(requests) {
  await client.prepare({
    requests,
    port: server.port,
    connections: options.connections,
    seconds: options.seconds,
  });
  const before = processorTime(server.pid);
  const report = await client.run();
  await delay(AFTERMATH_MS);
  return { report, before, after: processorTime(server.pid) };
}

async function measure(name, requests) {
  const { report, before, after } = await send(requests);
  const row = figures(name, report, before, after);
  rows.push(row);
  console.log(`${name}: ${row[3]}/s, ${row[4]} ms CPU`);
  for (const { index, status } of report.results) {
    const one = requests[index];
    if (status !== 200) wrong.push(`${name}: a request of device ${one.number} was answered with ${status}`);
    else if (one.kind === 'INVENTORY') noteAcknowledged(one);
  }
}

/** Replies may overtake each other; the device's inventories themselves were sent in the order of their runs. */
function noteAcknowledged({ number, version, run }) {
  if ((acknowledged.get(number)?.run ?? -1) < run) acknowledged.set(number, { version, run });
}

async function auditNow(what) {
  const startedAt = Date.now();
  const found = await audit(server, acknowledged);
  wrong.push(...found);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
  console.log(
    `audit of ${what}: ${acknowledged.size - found.length} of ${acknowledged.size} are there (${seconds} s)`,
  );
}
