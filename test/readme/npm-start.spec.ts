import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  OwnedProcess,
  removeDirectory,
  ScriptedAgent,
  temporaryDirectory,
  waitFor,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { embeddedSettings, type EmbeddedSettings } from '../installation/embedded-program.js';
import { WORKSPACE } from '../installation/program.js';

const CTRL_C = '\x03';

let directory: string;
let settings: EmbeddedSettings;
let httpUrl: string;
let adminPassword: string;
const started: OwnedProcess[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory('npm-start');
  settings = await embeddedSettings(directory);
  httpUrl = `http://127.0.0.1:${settings.ENTREPOT_HTTP_PORT}`;
});

afterAll(async () => {
  await endWhatIsLeft();
  await removeDirectory(directory);
});

async function start(command: string, args: readonly string[]): Promise<OwnedProcess> {
  const running = OwnedProcess.start(command, args, {
    cwd: WORKSPACE,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    input: true,
    parentDeathSignal: 'SIGTERM',
    graceMs: 30_000,
  });
  started.push(running);
  const welcomed = (): boolean => {
    running.assertRunning();
    return running.log.includes('/api/docs');
  };
  // It builds first when a source is newer than the last build.
  await waitFor(welcomed, { what: 'the welcome of npm start', timeoutMs: 120_000 });
  return running;
}

/** Processes of the PostgreSQL on the data folder; each has the folder of its cluster as working directory. */
async function postgresProcesses(): Promise<number[]> {
  const cluster = join(settings.ENTREPOT_DATA_DIR, 'postgres');
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, i) => folders[i] === cluster);
}

async function expectNothingLeft(): Promise<void> {
  await expect(httpRequest(`${httpUrl}/livez`)).rejects.toThrow(/ECONNREFUSED/);
  for (const file of ['entrepot.lock', 'postgres/postmaster.pid']) {
    expect(existsSync(join(settings.ENTREPOT_DATA_DIR, file)), file).toBe(false);
  }
  expect(await postgresProcesses()).toEqual([]);
}

async function endWhatIsLeft(): Promise<void> {
  const lock = await readFile(join(settings.ENTREPOT_DATA_DIR, 'entrepot.lock'), 'utf8').catch(() => '');
  const server = Number.parseInt(lock, 10);
  for (const pid of [...(server > 0 ? [server] : []), ...(await postgresProcesses())]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  await Promise.all(started.map((each) => each.end('SIGKILL')));
}

async function deviceNames(): Promise<string[]> {
  const api = await Api.login({ httpUrl, adminPassword });
  const { items } = await api.post<{ items: { name: string }[] }>('/api/v1/devices/search', {});
  return items.map((device) => device.name);
}

describe('npm start', () => {
  it('says at the first start how to get in and what comes next, and leaves nothing running after SIGTERM', async () => {
    const npm = await start('npm', ['start']);
    expect(npm.log).toMatch(new RegExp(`Agents and API +${httpUrl} `));
    expect(npm.log).toMatch(/Administrator +admin\n/);
    adminPassword = /Password +(\S{12,})\n/.exec(npm.log)?.[1] ?? '';
    expect(npm.log.match(/^ +\d\. .*$/gm)).toHaveLength(3);
    const agent = new ScriptedAgent({ server: `${httpUrl}/ocsinventory`, deviceId: deviceIdFor(1) });
    expect((await agent.inventory(inventoryXml({ seed: 1, softwares: 1 }))).status).toBe(200);
    expect(await deviceNames()).toEqual(['PC-1']);
    expect((await postgresProcesses()).length).toBeGreaterThan(0);
    await npm.end('SIGTERM');
    await expectNothingLeft();
  });

  it('serves at the next start what it has kept, tells no password, and ends well on Ctrl-C in a terminal', async () => {
    // Without `exec` a shell stands in between, and some shells end with 130 whatever their child made of the Ctrl-C.
    const terminal = await start('script', ['-qec', 'exec npm start', '/dev/null']);
    expect(terminal.log).toContain('as before');
    expect(terminal.log).not.toContain(adminPassword);
    expect(await deviceNames()).toEqual(['PC-1']);
    terminal.type(CTRL_C);
    await waitFor(() => !terminal.running, { what: 'the end after Ctrl-C', timeoutMs: 30_000 });
    expect(terminal.exitCode, terminal.log).toBe(0);
    await expectNothingLeft();
  });
});
