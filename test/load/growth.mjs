/**
 * `npm run bench:growth`: compares ingest with a thousand devices and with a hundred thousand (200 software each), and
 * tells disk per device and memory of all processes. Ends with exit code 1 when less than 80 % of the rate is left, or
 * more than 2 GiB are taken.
 */
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from '@entrepot/testing';
import { Client } from './client.mjs';
import { loadFleet, takeNumbers } from './fleet-loader.mjs';
import { readFleetOptions } from './fleet-options.mjs';
import { memoryOf } from './memory.mjs';
import { processorTime } from './processor-time.mjs';
import { untilQuiet } from './quiet.mjs';
import { markdown } from './search-report.mjs';
import { Server } from './server.mjs';

const FEW = 1_000;
const SENDERS = 600;
const ROUNDS = 3;
const CONNECTIONS = 16;
const LEAST_SHARE = 0.8;
const MOST_BYTES = 2 * 2 ** 30;
const MIB = 2 ** 20;

const options = await readFleetOptions(process.argv.slice(2));
const small = await temporaryDirectory('growth');
const failures = [];
let few;
let many;
try {
  few = await measure(small, FEW);
  many = await measure(options.folder, options.devices);
} finally {
  await rm(small, { recursive: true, force: true });
  if (!options.keep) await rm(options.folder, { recursive: true, force: true });
}
const shares = ['first', 'changed'].map((kind) => ({ kind, share: many[kind].rate / few[kind].rate }));
for (const { kind, share } of shares) {
  if (share < LEAST_SHARE) failures.push(`${kind}: ${(share * 100).toFixed(0)} % of the rate is left`);
}
if (many.memory > MOST_BYTES) failures.push(`${(many.memory / MIB).toFixed(0)} MiB of memory are taken`);
const line = (name, of) => [name, of(few), of(many)];
console.log(
  `\n${markdown(
    ['', `${FEW} devices`, `${options.devices} devices`],
    [
      line('first inventory, per second', ({ first }) => first.rate.toFixed(0)),
      line('first inventory, CPU ms', ({ first }) => first.cpu.toFixed(1)),
      line('two software changed, per second', ({ changed }) => changed.rate.toFixed(0)),
      line('two software changed, CPU ms', ({ changed }) => changed.cpu.toFixed(1)),
      line('memory of all processes, MiB', ({ memory }) => (memory / MIB).toFixed(0)),
      line('database, MiB', ({ disk }) => (disk / MIB).toFixed(0)),
    ],
  )}`,
);
const perDevice = (many.disk - few.disk) / (options.devices - FEW) / 1_024;
console.log(`\n${perDevice.toFixed(1)} KiB of disk per device; load average ${loadavg()[0].toFixed(1)}`);
for (const failure of failures) console.log(failure);
console.log(failures.length === 0 ? 'Every target is met.' : `FAILED: ${failures.length} findings.`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function measure(folder, devices) {
  const server = await Server.start(null, folder);
  const client = new Client();
  try {
    await loadFleet(server, folder, devices, options.connections);
    await untilQuiet(server.pid);
    const disk = diskOf(folder);
    const numbers = await takeNumbers(folder, SENDERS);
    await send(server, client, await takeNumbers(folder, SENDERS / 3), 0, 0);
    const first = await send(server, client, numbers, 0, 0);
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++)
      rounds.push(await send(server, client, numbers, round, round));
    return { disk, first, changed: best(rounds), memory: memoryOf(server.pid) };
  } finally {
    client.stop();
    await server.stop();
  }
}

/** The least disturbed of several rounds. */
function best(rounds) {
  return rounds.reduce((one, other) => (other.rate > one.rate ? other : one));
}

async function send(server, client, numbers, version, run) {
  const requests = numbers.map((number) => ({ kind: 'INVENTORY', number, version, run }));
  await client.prepare({ requests, port: server.port, connections: CONNECTIONS, seconds: 300 });
  const before = processorTime(server.pid);
  const { results, elapsedMs } = await client.run();
  const after = processorTime(server.pid);
  const failed = results.filter(({ status }) => status !== 200).length;
  if (failed > 0) failures.push(`${failed} inventories were not stored`);
  const spent = after.program - before.program + after.database - before.database;
  return { rate: results.length / (elapsedMs / 1_000), cpu: spent / results.length };
}

/** Bytes of the tables and indexes. */
function diskOf(folder) {
  const words = execFileSync('du', ['-sb', join(folder, 'data/postgres/base')], { encoding: 'utf8' }).split(
    '\t',
  );
  return Number(words[0]);
}
