import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deviceIdFor,
  inventoryXml,
  removeDirectory,
  ScriptedAgent,
  temporaryDirectory,
  waitFor,
  xmlElements,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { embeddedProgram, type EmbeddedProgram } from '../installation/embedded-program.js';

const MACHINES = 200;
const SOFTWARES = 40;
const ADMIN_PASSWORD = 'storm-password';

let directory: string;
let embedded: EmbeddedProgram;

beforeAll(async () => {
  directory = await temporaryDirectory('storm');
  // No DATABASE_URL: the Postgres of `npm start`, which the killed process leaves behind.
  embedded = await embeddedProgram(directory, { ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD });
  await embedded.program.start();
});

afterAll(async () => {
  await embedded.program.stop();
  await removeDirectory(directory);
});

function inventoryOf(seed: number): string {
  return inventoryXml({ seed, softwares: SOFTWARES });
}

/** DEVICEIDs of the machines that got their reply before the process was killed. */
async function storm(): Promise<string[]> {
  const server = `${embedded.program.httpUrl}/ocsinventory`;
  const acknowledged: string[] = [];
  const sent = Array.from({ length: MACHINES }, async (_, seed) => {
    const agent = new ScriptedAgent({ server, deviceId: deviceIdFor(seed) });
    try {
      const reply = await agent.inventory(inventoryOf(seed));
      if (reply.status === 200) acknowledged.push(agent.deviceId);
    } catch {
      // The connection broke: this machine knows that it was not heard.
    }
  });
  await waitFor(() => acknowledged.length >= MACHINES / 4, {
    what: 'a quarter of the replies',
    timeoutMs: 60_000,
  });
  await killEverything();
  await Promise.all(sent);
  return acknowledged;
}

async function killEverything(): Promise<void> {
  const postmaster = await readFile(join(embedded.dataDirectory, 'postgres/postmaster.pid'), 'utf8');
  process.kill(Number.parseInt(postmaster, 10), 'SIGKILL');
  await embedded.program.kill();
}

type RowCounts = Readonly<Record<string, number>>;

interface Listed {
  readonly items: readonly { readonly id: string; readonly agentDeviceId: string }[];
}

interface Device {
  readonly sections: readonly { readonly name: string; readonly rows: number }[];
}

/** Parts of CONTENT that are kept otherwise than as rows of a section. */
const NO_SECTIONS = ['ACCOUNTINFO', 'DOWNLOAD'];

/** How many rows of each section an inventory document holds. */
function rowsSent(xml: string): RowCounts {
  const counts: Record<string, number> = {};
  let depth = 0;
  for (const [, end, name = ''] of (xmlElements(xml, 'CONTENT')[0] ?? '').matchAll(
    /<(\/?)(\w+)(?: [^>]*[^/])?>/g,
  )) {
    if (end === '/') depth -= 1;
    else if (depth++ === 0 && !NO_SECTIONS.includes(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function rowsStored(api: Api): Promise<Record<string, RowCounts>> {
  const { items } = await api.post<Listed>('/api/v1/devices/search', { limit: MACHINES });
  const stored: Record<string, RowCounts> = {};
  for (const { id, agentDeviceId } of items) {
    expect(stored[agentDeviceId], `${agentDeviceId} is listed once`).toBeUndefined();
    const { sections } = await api.get<Device>(`/api/v1/devices/${id}`);
    stored[agentDeviceId] = Object.fromEntries(sections.map(({ name, rows }) => [name, rows]));
  }
  return stored;
}

describe('kill -9 of the embedded server and its Postgres during 200 inventories', () => {
  it('loses no inventory that was acknowledged, and stores none by halves', async () => {
    const acknowledged = await storm();
    expect(acknowledged.length).toBeLessThan(MACHINES);
    await embedded.program.start();
    const { httpUrl } = embedded.program;
    const stored = await rowsStored(await Api.login({ httpUrl, adminPassword: ADMIN_PASSWORD }));
    expect(Object.keys(stored)).toEqual(expect.arrayContaining(acknowledged));
    const sent = Array.from({ length: MACHINES }, (_, seed) => rowsSent(inventoryOf(seed)));
    expect(sent[0]).toMatchObject({ HARDWARE: 1, SOFTWARES, DRIVES: 3, NETWORKS: 2 });
    const whole = Object.fromEntries(sent.map((counts, seed) => [deviceIdFor(seed), counts]));
    for (const deviceId of Object.keys(stored)) expect(stored[deviceId], deviceId).toEqual(whole[deviceId]);
  });
});
