import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deviceIdFor,
  freePorts,
  inventoryXml,
  removeDirectory,
  ScriptedAgent,
  temporaryDirectory,
  waitFor,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { Program } from '../installation/program.js';

const MACHINES = 200;
const SOFTWARES = 40;
const ADMIN_PASSWORD = 'storm-password';

let directory: string;
let program: Program;
let httpUrl: string;

beforeAll(async () => {
  directory = await temporaryDirectory('storm');
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  httpUrl = `http://127.0.0.1:${httpPort}`;
  // No DATABASE_URL: the Postgres of `npm start`, which the killed process leaves behind.
  program = new Program(
    'embedded',
    httpPort,
    {
      ENTREPOT_HTTP_PORT: String(httpPort),
      ENTREPOT_HTTPS_PORT: String(httpsPort),
      ENTREPOT_DATA_DIR: join(directory, 'data'),
      ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    },
    directory,
  );
  await program.start();
});

afterAll(async () => {
  await program.stop();
  await removeDirectory(directory);
});

/** Seeds of the machines that got their reply before the process was killed. */
async function storm(): Promise<number[]> {
  const acknowledged: number[] = [];
  const sent = Array.from({ length: MACHINES }, async (_, seed) => {
    const agent = new ScriptedAgent({ server: `${httpUrl}/ocsinventory`, deviceId: deviceIdFor(seed) });
    try {
      const reply = await agent.inventory(inventoryXml({ seed, softwares: SOFTWARES }));
      if (reply.status === 200) acknowledged.push(seed);
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
  const postmaster = await readFile(join(directory, 'data/postgres/postmaster.pid'), 'utf8');
  process.kill(Number.parseInt(postmaster, 10), 'SIGKILL');
  await program.kill();
}

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly total: number;
}

describe('kill -9 of the embedded server and its Postgres during 200 inventories', () => {
  it('loses no inventory that was acknowledged, and stores none by halves', async () => {
    const acknowledged = await storm();
    expect(acknowledged.length).toBeLessThan(MACHINES);
    await program.start();
    const api = await Api.login({ httpUrl, adminPassword: ADMIN_PASSWORD });
    for (const seed of acknowledged) {
      const found = await api.post<Listed>('/api/v1/devices/search', { text: deviceIdFor(seed) });
      expect(found.total, `machine ${seed}`).toBe(1);
      const id = found.items[0]?.id ?? '';
      const software = await api.get<Listed>(`/api/v1/devices/${id}/sections/SOFTWARES?limit=1`);
      expect(software.total, `software of machine ${seed}`).toBe(SOFTWARES);
      const disks = await api.get<Listed>(`/api/v1/devices/${id}/sections/DRIVES`);
      expect(disks.total, `drives of machine ${seed}`).toBeGreaterThan(0);
    }
    const all = await api.post<Listed>('/api/v1/devices/search', { limit: MACHINES });
    for (const { id } of all.items) {
      const software = await api.get<Listed>(`/api/v1/devices/${id}/sections/SOFTWARES?limit=1`);
      expect(software.total, `software of ${id}, stored whole or not at all`).toBe(SOFTWARES);
    }
  });
});
