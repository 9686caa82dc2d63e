/**
 * A part of `npm run bench:packages`: builds one package by the API on the embedded program and on the programs of the
 * distributed mode with their objects in a folder, and lets wrk fetch its fragments from the embedded program, from the
 * front door (nginx with X-Accel-Redirect) and from an nginx that serves the same files plainly, in turn. Ends with
 * exit code 1 when a body is wrong, a request failed, or a ratio is below its target.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, httpRequest, removeDirectory, startNginx, temporaryDirectory } from '@entrepot/testing';
import { nginxConfig, startDistributed, startEmbedded } from './download-programs.mjs';
import { readOptions } from './options.mjs';
import { archiveOf, buildPackage, digestsOf } from './package-to-download.mjs';
import { processorTime } from './processor-time.mjs';
import { table } from './report.mjs';

const CYCLE = fileURLToPath(new URL('./cycle-paths.lua', import.meta.url));
const MIB = 2 ** 20;
/** Least share of the plain server's rate. */
const TARGETS = { 'front door': 0.8, embedded: 0.25 };

const options = readOptions(process.argv.slice(2), {
  fragments: { value: 256, least: 8, most: 2_000, what: 'fragments of 1 MiB' },
  connections: { value: 32, least: 1, most: 512, what: 'connections of wrk' },
  seconds: { value: 10, least: 1, most: 600, what: 'length of one measurement' },
  rounds: { value: 3, least: 1, most: 50, what: 'measurements of each server, in turn' },
});

const stops = [];
const wrong = [];
try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
}
for (const line of wrong) console.log(line);
console.log(wrong.length === 0 ? 'All targets are met.' : `FAILED: ${wrong.length} findings.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function run() {
  const archive = await archiveOf(options.fragments * MIB);
  const directory = await temporaryDirectory('load-downloads');
  stops.push(() => removeDirectory(directory));
  const embedded = await startEmbedded(options.profile);
  stops.push(() => embedded.stop());
  const distributed = await startDistributed(options.profile);
  stops.push(() => distributed.stop());
  const servers = [
    { name: 'plain nginx', port: await startPlain(distributed.objectDirectory), pid: null },
    { name: 'front door', ...distributed },
    { name: 'embedded', ...embedded },
  ];
  const digests = digestsOf(archive, options.fragments);
  for (const server of servers.slice(1)) {
    const fileId = await buildPackage(server.port, archive, options.fragments);
    server.paths = digests.map((_, at) => `/download/${fileId}/${fileId}-${at + 1}`);
    await verify(server, digests);
  }
  servers[0].paths = await objectsBelow(
    distributed.objectDirectory,
    Math.floor(archive.length / options.fragments),
  );
  await verifyPlain(servers[0], digests);
  for (const server of servers) {
    server.file = join(directory, server.name.replace(' ', '-'));
    await writeFile(server.file, `${server.paths.join('\n')}\n`);
    server.runs = [];
  }
  // A program that has just started is not what is measured.
  for (const server of servers) await measure(server, -1);
  for (let round = 0; round < options.rounds; round++)
    for (const server of servers) await measure(server, round);
  report(servers);
}

/** The configuration of the front door with nothing of ours in it. */
async function startPlain(objectDirectory) {
  const port = await freePort();
  const config = nginxConfig(
    `server {\n listen 127.0.0.1:${port};\n location / { alias ${objectDirectory}/objects/; } }`,
  );
  const nginx = await startNginx({ config });
  stops.push(() => nginx.stop());
  return port;
}

/** Paths of the fragments among all that is stored: the archive may be there in parts, too. */
async function objectsBelow(directory, bytes) {
  const root = join(directory, 'objects');
  const found = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const { size } = await stat(path);
    if (Math.abs(size - bytes) < options.fragments) found.push(`/${relative(root, path)}`);
  }
  if (found.length !== options.fragments) throw new Error(`${found.length} fragments are stored`);
  return found.sort();
}

async function verify({ name, port, paths }, digests) {
  for (const at of [0, Math.floor(paths.length / 2), paths.length - 1])
    if ((await digestOf(port, paths[at])) !== digests[at]) wrong.push(`${name}: ${paths[at]} is wrong`);
}

async function verifyPlain({ name, port, paths }, digests) {
  for (const path of [paths[0], paths.at(-1)])
    if (!digests.includes(await digestOf(port, path))) wrong.push(`${name}: ${path} is wrong`);
}

async function digestOf(port, path) {
  const { status, body } = await httpRequest(`http://127.0.0.1:${port}${path}`);
  return status === 200 ? createHash('sha256').update(body).digest('hex') : `status ${status}`;
}

async function measure(server, round) {
  const before = server.pid === null ? null : processorTime(server.pid);
  const { stdout } = await promisify(execFile)(
    'wrk',
    [
      '-t2',
      `-c${options.connections}`,
      `-d${options.seconds}s`,
      '-s',
      CYCLE,
      `http://127.0.0.1:${server.port}`,
    ],
    { env: { PATH: process.env.PATH, PATHS: server.file } },
  );
  const [requests, us, bytes, failed, p99] = /RESULT (.*)/.exec(stdout)[1].split(' ').map(Number);
  const ms = before === null ? 0 : processorTime(server.pid).program - before.program;
  const rate = requests / (us / 1e6);
  if (round >= 0) server.runs.push({ rate, bytes: bytes / (us / 1e6), failed, p99, ms: ms / requests });
  if (failed > 0) wrong.push(`${server.name}: ${failed} requests failed`);
  console.log(
    `${round < 0 ? 'warming up' : `round ${round + 1}`}, ${server.name}: ${rate.toFixed(0)}/s, load ${loadavg()[0].toFixed(1)}`,
  );
}

/** Medians, and the ratio of each round to the plain server's of the same round. */
function report([plain, ...others]) {
  const rows = [plain, ...others].map((server) => {
    const ratio = median(server.runs.map(({ rate }, at) => rate / plain.runs[at].rate));
    const target = TARGETS[server.name];
    if (target !== undefined && ratio < target)
      wrong.push(`${server.name}: ${ratio.toFixed(2)} of the plain server, not ${target}`);
    const of = (key) => median(server.runs.map((run) => run[key]));
    return [
      server.name,
      of('rate').toFixed(0),
      (of('bytes') / MIB).toFixed(0),
      (of('p99') / 1_000).toFixed(1),
      server.pid === null ? '-' : of('ms').toFixed(3),
      ratio.toFixed(2),
      target === undefined ? '-' : String(target),
    ];
  });
  console.log(`\n${table(rows, ['', 'requests/s', 'MiB/s', 'p99 ms', 'Node ms', 'ratio', 'target'])}\n`);
  console.log(
    `${availableParallelism()} processors, ${options.connections} connections, medians of ${options.rounds} ` +
      `rounds of ${options.seconds} s, load average ${loadavg()[0].toFixed(1)}`,
  );
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
