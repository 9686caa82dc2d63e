/**
 * `npm run bench:search`: loads a fleet into the built embedded program (or uses the one of `--data`), asks ten named
 * searches, some that fit nearly every device, and suggestions, and prints p50 and p95. Ends with exit code 1 when a
 * target is missed or a total is not what the fleet was made of.
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { loadFleet } from './fleet-loader.mjs';
import { readFleetOptions } from './fleet-options.mjs';
import { untilQuiet } from './quiet.mjs';
import { markdown, quantile } from './search-report.mjs';
import { QUESTIONS, SUGGESTIONS } from './search-questions.mjs';
import { factsOf } from './search-fleet.mjs';
import { Server } from './server.mjs';

const PAGE_MS = 300;
const COUNT_MS = 1_500;
const SUGGESTION_MS = 100;
const WARM_UP = 2;

const options = await readFleetOptions(process.argv.slice(2));
const rows = [];
const failures = new Set();
const server = await Server.start(null, options.folder);
try {
  await loadFleet(server, options.folder, options.devices, options.connections);
  await archiveOthers();
  await untilQuiet(server.pid);
  const expected = expectedTotals(options.devices);
  for (const question of QUESTIONS) {
    const asked = {
      ...question,
      expected: expected.get(question.name),
      ...(await question.prepare?.(server)),
    };
    await measure(asked);
  }
  for (const { name, path, most } of SUGGESTIONS) {
    await time(
      name,
      most ?? SUGGESTION_MS,
      () => server.ask('GET', path),
      (answer) => answer.items.length > 0,
    );
  }
} finally {
  await server.stop();
  if (!options.keep) await rm(options.folder, { recursive: true, force: true });
}
console.log(`\n${markdown(['', 'p50 ms', 'p95 ms', 'target', 'total'], rows)}`);
console.log(`\n${options.devices} devices, ${options.runs} runs, load average ${loadavg()[0].toFixed(1)}`);
for (const line of failures) console.log(line);
console.log(failures.size === 0 ? 'Every target is met.' : `FAILED: ${failures.size} findings.`);
process.exitCode = failures.size === 0 ? 0 : 1;

/** Devices that `bench:growth` has left in the folder are none of the fleet. */
async function archiveOthers() {
  for (;;) {
    const { items } = await server.ask('POST', '/devices/search', { text: 'LOAD-', limit: 500 });
    if (items.length === 0) return;
    for (const { id } of items) await server.ask('POST', `/devices/${id}/archive`);
  }
}

async function measure({ name, criteria, expected, broad = false }) {
  const ask = () => server.ask('POST', '/devices/search', { criteria });
  const isRight = ({ total, items }) =>
    (total === expected || (broad && total === null)) && items.length === Math.min(50, expected);
  const answer = await time(name, PAGE_MS, ask, isRight);
  if (answer.total !== null && !broad) return;
  const count = () => server.ask('POST', '/devices/search/count', { criteria });
  await time(`${name}, exact total`, COUNT_MS, count, ({ total }) => total === expected);
}

async function time(name, target, ask, isRight) {
  const times = [];
  let answer;
  for (let run = -WARM_UP; run < options.runs; run++) {
    const startedAt = performance.now();
    answer = await ask();
    // What has to be read from the disk first may leave the total to be asked for.
    const isCold = run < 0 && answer.total === null;
    if (run >= 0) times.push(performance.now() - startedAt);
    if (!isCold && !isRight(answer)) failures.add(`${name}: a wrong answer, total ${answer.total}`);
  }
  times.sort((a, b) => a - b);
  const p95 = quantile(times, 0.95);
  if (p95 > target) failures.add(`${name}: p95 is ${p95.toFixed(0)} ms, more than ${target}`);
  rows.push([name, quantile(times, 0.5).toFixed(0), p95.toFixed(0), String(target), String(answer.total)]);
  console.log(`${name}: ${rows.at(-1)[1]} ms`);
  return answer;
}

/** What each question has to find, by what the fleet was made of. */
function expectedTotals(devices) {
  const totals = new Map(QUESTIONS.map(({ name }) => [name, 0]));
  for (let number = 0; number < devices; number++) {
    const facts = factsOf(number);
    for (const { name, fits } of QUESTIONS) if (fits?.(facts)) totals.set(name, totals.get(name) + 1);
  }
  return totals;
}
