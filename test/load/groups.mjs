/**
 * `npm run bench:groups`: how soon a dynamic group is current. Starts the built embedded program with its own
 * PostgreSQL, registers the devices, and measures what a new definition takes (the answer comes when all members and
 * their events are stored), and how long after an inventory's reply its device is a member. Ends with exit code 1
 * when one of them takes longer than it may, or a group has other members than it should.
 */
import { Agent } from 'node:http';
import { deflateSync } from 'node:zlib';
import { deviceIdFor, httpRequest, inventoryXml, waitFor } from '@entrepot/testing';
import { readOptions } from './options.mjs';
import { quantile, table } from './report.mjs';
import { Server } from './server.mjs';

const LIMITS = {
  devices: { value: 10_000, least: 10, most: 200_000, what: 'devices, half of them of each colour' },
  rounds: { value: 5, least: 1, most: 100, what: 'times that each thing is measured' },
  definition: { value: 5_000, least: 1, most: 60_000, what: 'ms that a new definition may take' },
  inventory: { value: 1_000, least: 1, most: 60_000, what: 'ms after which a device must be a member' },
};
const CONNECTIONS = 16;
const SOFTWARES = 5;
const COLOURS = ['red', 'blue'];

const options = readOptions(process.argv.slice(2), LIMITS);
const wrong = [];
const measured = new Map();
const agents = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const server = await Server.start(options.profile);
try {
  await register();
  await measureDefinitions();
  await measureInventories();
} finally {
  agents.destroy();
  await server.stop();
}
const rows = [...measured].map(([name, times]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return [name, String(sorted.length), quantile(sorted, 0.5), quantile(sorted, 1)];
});
console.log(`\n${table(rows, ['', 'times', 'p50 ms', 'longest ms'])}\n`);
for (const line of wrong) console.log(line);
console.log(wrong.length === 0 ? 'The groups are current.' : `FAILED: ${wrong.length} findings.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function register() {
  const numbers = Array.from({ length: options.devices }, (_, number) => number);
  const startedAt = performance.now();
  const work = async () => {
    for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
      await sendInventory(number, COLOURS[number % COLOURS.length]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  console.log(`${options.devices} devices in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
}

async function sendInventory(number, colour) {
  const extra = `<BADGES><COLOUR>${colour}</COLOUR></BADGES>`;
  const xml = inventoryXml({ seed: number, deviceId: deviceIdFor(number), softwares: SOFTWARES, extra });
  const body = deflateSync(xml);
  const headers = {
    'User-Agent': 'OCS-NG_unified_unix_agent_v2.10.2',
    'Content-Type': 'application/x-compress',
    'Content-Length': body.length,
  };
  const url = `http://127.0.0.1:${server.port}/ocsinventory`;
  const { status } = await httpRequest(url, { method: 'POST', headers, body, agent: agents });
  if (status !== 200) throw new Error(`The inventory of device ${number} was answered with ${status}`);
}

async function measureDefinitions() {
  const group = await makeGroup('All colours', wears('no colour'));
  const half = Math.ceil(options.devices / COLOURS.length);
  for (let round = 0; round < options.rounds; round += 1) {
    await redefine(group, 'definition: all come', { any: COLOURS.map(wears) }, options.devices);
    await timed('evaluation without a change', () => server.ask('POST', `/groups/${group}/evaluate`));
    await redefine(group, 'definition: half go', wears(COLOURS[0]), half);
    await redefine(group, 'definition: the others go', wears('no colour'), 0);
  }
}

async function redefine(group, name, criteria, expected) {
  const { answer, ms } = await timed(name, () => server.ask('PATCH', `/groups/${group}`, { criteria }));
  if (answer.members !== expected) wrong.push(`${name}: ${answer.members} members instead of ${expected}`);
  if (ms > options.definition) wrong.push(`${name} took ${ms.toFixed(0)} ms`);
}

/** With other groups about that each inventory concerns. */
async function measureInventories() {
  for (let other = 0; other < 20; other += 1) {
    await makeGroup(`Other ${other}`, { device: 'name', operator: 'contains', value: `nobody ${other}` });
  }
  const group = await makeGroup('Green', wears('green'));
  await untilCalm(group);
  for (let round = 0; round < options.rounds; round += 1) {
    const number = round % options.devices;
    await sendInventory(number, 'green');
    await untilMembers(group, 'inventory: its device comes', 1);
    await sendInventory(number, COLOURS[number % COLOURS.length]);
    await untilMembers(group, 'inventory: its device goes', 0);
  }
}

/** The first one waits until all events of the definitions are carried to the bus; that is not what is measured. */
async function untilCalm(group) {
  for (const [colour, expected] of [
    ['green', 1],
    [COLOURS[0], 0],
  ]) {
    await sendInventory(0, colour);
    await waitFor(async () => (await membersOf(group)) === expected, { what: 'calm', timeoutMs: 120_000 });
  }
}

async function membersOf(group) {
  return (await server.ask('GET', `/groups/${group}`)).members;
}

async function untilMembers(group, name, expected) {
  const { ms } = await timed(name, () =>
    waitFor(async () => (await membersOf(group)) === expected, { what: name, everyMs: 5 }),
  );
  if (ms > options.inventory) wrong.push(`${name} took ${ms.toFixed(0)} ms`);
}

async function makeGroup(name, criteria) {
  const { id } = await server.ask('POST', '/groups', { name, description: name, kind: 'dynamic', criteria });
  return id;
}

async function timed(name, work) {
  const startedAt = performance.now();
  const answer = await work();
  const ms = performance.now() - startedAt;
  measured.set(name, [...(measured.get(name) ?? []), ms]);
  return { answer, ms };
}

function wears(value) {
  return { section: 'BADGES', field: 'COLOUR', operator: 'equal', value };
}
