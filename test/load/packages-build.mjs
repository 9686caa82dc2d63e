/**
 * Builds one large package: starts the built embedded program, uploads a zip that cannot be compressed in chunks of
 * 8 MiB, kills the program with SIGKILL in mid-upload and goes on, builds, and prints rates beside those of
 * `openssl dgst -md5` and of the disk. Ends with exit code 1 when a digest is wrong or a figure misses its aim.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDirectory, temporaryDirectory, waitFor } from '@entrepot/testing';
import { opensslRate, diskRate, mib } from './file-rates.mjs';
import { zipOfNoise } from './noise-zip.mjs';
import { readOptions } from './options.mjs';
import { processorTime } from './processor-time.mjs';
import { Peak } from './peak-memory.mjs';
import { table } from './report.mjs';
import { Server } from './server.mjs';
import { ChunkedUpload, CHUNK_BYTES } from './chunked-upload.mjs';

const MAX_GROWTH_BYTES = 200 * 2 ** 20;
const LEAST_SHARE_OF_OPENSSL = 0.5;

const options = readOptions(process.argv.slice(2), {
  gib: { value: 4, least: 1, most: 64, what: 'GiB of the archive' },
  fragments: { value: 1024, least: 1, most: 10_000, what: 'fragments that it is cut into' },
});
const archives = join(tmpdir(), 'entrepot-bench-packages');
await mkdir(archives, { recursive: true });
const archive = await zipOfNoise(join(archives, `archive-${options.gib}.zip`), options.gib * 2 ** 30);
const openssl = opensslRate(archive.path, archive.size);
const disk = diskRate(join(archives, 'probe'));

const rows = [];
const missed = [];
const directory = await temporaryDirectory('bench-packages');
let server = await Server.start(null, directory);
try {
  await measure();
} finally {
  await server.stop();
  await removeDirectory(directory);
}
console.log(`\n${table(rows, ['', 'value', 'aim'])}`);
const load = loadavg().map((average) => average.toFixed(1));
console.log(`\n${availableParallelism()} processors, load average ${load.join(' ')}, ${directory}`);
console.log(missed.length === 0 ? 'Everything as it should be.' : `MISSED: ${missed.join('; ')}`);
process.exitCode = missed.length === 0 ? 0 : 1;

async function measure() {
  rows.push([`archive, ${options.fragments} fragments`, mib(archive.size), '']);
  rows.push(['openssl dgst -md5', `${mib(openssl.rate)}/s`, '']);
  rows.push(['disk, write and fsync of 1 GiB', `${mib(disk)}/s`, '']);
  const created = await server.ask('POST', '/packages', {
    name: `bench-${Date.now()}`,
    operatingSystem: 'windows',
    action: { kind: 'STORE', path: 'c:\\bench' },
    fragments: { count: options.fragments },
  });
  const upload = new ChunkedUpload(archive, created.upload.url, options.fragments);
  await uploadWithCrash(upload);
  await build(created.id);
}

/** @param upload goes half way, loses its server in mid-chunk, and goes on where the next one says */
async function uploadWithCrash(upload) {
  const memory = new Peak(server.pid);
  const first = await upload.send(server, { until: archive.size / 2 });
  const growth = memory.growth();
  const sent = await upload.sendUntilGone(server, () => process.kill(server.pid, 'SIGKILL'));
  await server.stop();
  server = await Server.start(options.profile, directory);
  const offset = await upload.offset(server);
  const again = sent - offset;
  judge('sent again after kill -9', `${mib(again)}`, `≤ ${mib(CHUNK_BYTES)}`, again <= CHUNK_BYTES);
  judge('acknowledged and lost', mib(Math.max(0, first.bytes - offset)), '0 MiB', offset >= first.bytes);
  const rest = await upload.send(server, { from: offset, until: archive.size });
  const seconds = first.seconds + rest.seconds;
  rows.push(['upload', `${mib((first.bytes + rest.bytes) / seconds)}/s`, '']);
  rows.push(['resident growth, first half of the upload', mib(growth), '']);
}

async function build(id) {
  const memory = new Peak(server.pid);
  const before = processorTime(server.pid);
  const startedAt = performance.now();
  await server.ask('POST', `/packages/${id}/build`);
  const ended = async () => {
    const view = await server.ask('GET', `/packages/${id}`);
    return view.state === 'building' ? false : view;
  };
  const view = await waitFor(ended, { what: 'the build to end', timeoutMs: 30 * 60_000, everyMs: 100 });
  const rate = archive.size / ((performance.now() - startedAt) / 1_000);
  const growth = memory.growth();
  const after = processorTime(server.pid);
  judge('state', `${view.state} ${view.error?.code ?? ''}`.trim(), 'built', view.state === 'built');
  judge(
    'MD5 as openssl has it',
    String(view.digests?.md5 === openssl.md5),
    'true',
    view.digests?.md5 === openssl.md5,
  );
  const least = LEAST_SHARE_OF_OPENSSL * openssl.rate;
  judge('build', `${mib(rate)}/s`, `≥ ${mib(least)}/s`, rate >= least);
  rows.push(['build, share of openssl', `${((100 * rate) / openssl.rate).toFixed(0)} %`, '']);
  const perGib = (of) => `${((after[of] - before[of]) / 1_000 / options.gib).toFixed(1)} s`;
  rows.push(['processor time of Node for each GiB', perGib('program'), '']);
  rows.push(['processor time of PostgreSQL for each GiB', perGib('database'), '']);
  judge(
    'resident growth of the build',
    mib(growth),
    `≤ ${mib(MAX_GROWTH_BYTES)}`,
    growth <= MAX_GROWTH_BYTES,
  );
}

function judge(what, value, aim, isGood) {
  rows.push([what, value, aim]);
  if (!isGood) missed.push(`${what} ${value} instead of ${aim}`);
}
