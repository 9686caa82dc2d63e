import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { fleetXml } from './search-fleet.mjs';

const PROGRESS = 1_000;
const TIMEOUT_MS = 120_000;
const STATE = 'fleet.json';

/**
 * Brings the fleet to a number of devices through the agents' door. What is loaded is noted beside the data, so that a
 * load that was interrupted goes on where it was.
 * @throws Error when an inventory is not answered with 200
 */
export async function loadFleet(server, folder, devices, connections) {
  const state = await readState(folder);
  if (state.devices >= devices) return;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const startedAt = performance.now();
  const first = state.devices;
  let next = first;
  let done = first;
  const work = async () => {
    while (next < devices) {
      const number = next++;
      const status = await post(agent, server.port, deflateSync(fleetXml(number), { level: 1 }));
      if (status !== 200) throw new Error(`The inventory of device ${number} was answered with ${status}`);
      if (++done % PROGRESS !== 0) continue;
      // Those under way may be missing: they are sent again.
      await writeState(folder, { ...state, devices: Math.max(first, done - connections) });
      const rate = (done - first) / ((performance.now() - startedAt) / 1_000);
      process.stdout.write(`\r${done} of ${devices} devices, ${rate.toFixed(0)}/s `);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    agent.destroy();
  }
  await writeState(folder, { ...state, devices });
  process.stdout.write('\n');
}

/** Device numbers of `fleet.mjs` that this data folder has not seen yet. */
export async function takeNumbers(folder, count) {
  const state = await readState(folder);
  await writeState(folder, { ...state, taken: state.taken + count });
  return Array.from({ length: count }, (_, index) => state.taken + index);
}

async function readState(folder) {
  try {
    return JSON.parse(await readFile(join(folder, STATE), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { devices: 0, taken: 0 };
    throw error;
  }
}

async function writeState(folder, state) {
  await writeFile(join(folder, STATE), JSON.stringify(state));
}

function post(agent, port, body) {
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ agent, host: '127.0.0.1', port, path: '/ocsinventory', method: 'POST', timeout: TIMEOUT_MS },
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
