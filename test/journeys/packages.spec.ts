import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTarGz, noise, removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine, setQuickDownloads } from '../installation/machine.js';
import {
  activate,
  assign,
  buildPackage,
  deliveryIn,
  type BuiltPackage,
  type CreatedPackage,
  type DeliveryView,
  type Statistics,
} from '../installation/packages.js';
import { flipStoredByte } from '../installation/stored-objects.js';

let installation: Installation;
let api: Api;
let machines: string;

beforeAll(async () => {
  [installation, machines] = await Promise.all([startInstallation(), temporaryDirectory('machines')]);
  api = await Api.login(installation);
  await setQuickDownloads(api);
});

afterAll(async () => {
  await installation.stop();
  await removeDirectory(machines);
});

async function inventoried(hostname: string): Promise<Machine> {
  const machine = new Machine(installation, hostname, machines);
  const run = await machine.run();
  expect(run.exitCode, run.log).toBe(0);
  return machine;
}

interface Deployed extends BuiltPackage {
  readonly activationId: string;
}

function build(settings: object, archive: Buffer | null): Promise<BuiltPackage> {
  const common = { operatingSystem: 'linux', priority: 1 };
  return buildPackage(installation.httpUrl, api, { ...common, ...settings }, archive);
}

/** Builds, activates and assigns; the next run of the agent finds the package in its PROLOG. */
async function deploy(machine: Machine, settings: object, archive: Buffer | null): Promise<Deployed> {
  const made = await build(settings, archive);
  const activationId = await activate(api, made.id);
  await assign(api, activationId, await machine.deviceId(api));
  return { ...made, activationId };
}

function statisticsOf(made: CreatedPackage): Promise<Statistics> {
  return api.get<Statistics>(`/api/v1/packages/${made.id}/statistics`);
}

describe('packages of every kind that reach a real agent in one run', () => {
  const made = new Map<string, BuiltPackage>();
  const content = noise(50_000);
  let deviceId: string;
  let log: string;

  beforeAll(async () => {
    const machine = await inventoried('workshop');
    deviceId = await machine.deviceId(api);
    const putty = await makeTarGz({
      'putty/readme.txt': { content: 'hello' },
      'putty/putty.bin': { content },
    });
    for (const count of [1, 4])
      await add(
        `store ${count}`,
        { action: { kind: 'STORE', path: join(machines, `stored-${count}`) }, fragments: { count } },
        putty,
      );
    for (const count of [1, 3]) {
      const script = `#!/bin/sh\necho launched > ${join(machines, `launched-${count}`)}\n`;
      const files = {
        'install.sh': { content: script, mode: 0o755 },
        'payload.bin': { content: noise(20_000) },
      };
      const action = { kind: 'LAUNCH', name: 'install.sh' };
      await add(`launch ${count}`, { action, fragments: { count } }, await makeTarGz(files));
    }
    const data = await makeTarGz({ 'data.txt': { content: noise(9_000) } });
    await add('execute 0', execute(`echo a-b > ${join(machines, 'executed-0')}`), null);
    for (const count of [1, 2]) {
      const command = `cp data.txt ${join(machines, `executed-${count}`)}`;
      await add(`execute ${count}`, { ...execute(command), fragments: { count } }, data);
    }
    const secure = {
      action: { kind: 'STORE', path: join(machines, 'by-https-stored') },
      fragments: { count: 2 },
    };
    const archive = await makeTarGz({ 'secure.bin': { content: noise(9_000) } });
    await add('by https', { protocol: 'HTTPS', ...secure }, archive);
    await add('fails', execute('exit 7'), null);
    const never = { action: { kind: 'STORE', path: join(machines, 'never') }, fragments: { count: 2 } };
    const tampered = await add('tampered', never, await makeTarGz({ 'a.bin': { content: noise(30_000) } }));
    const activationIds = await Promise.all([...made.values()].map(({ id }) => activate(api, id)));
    await api.post('/api/v1/assignments', { activationIds, deviceIds: [deviceId] });
    await flipStoredByte(installation, tampered.fileId, 2);
    ({ log } = await machine.run());
  });

  function execute(command: string): object {
    return { action: { kind: 'EXECUTE', command } };
  }

  async function add(name: string, settings: object, archive: Buffer | null): Promise<BuiltPackage> {
    const one = await build({ name, ...settings }, archive);
    made.set(name, one);
    return one;
  }

  function packageOf(name: string): BuiltPackage {
    const one = made.get(name);
    if (one === undefined) throw new Error(`There is no package ${name}`);
    return one;
  }

  function ended(name: string, state: string): Promise<DeliveryView> {
    return deliveryIn(api, packageOf(name).id, deviceId, state);
  }

  it.each([1, 4])(
    'STORE in %i fragments puts the files on the disk and is reported as SUCCESS',
    async (count) => {
      expect(packageOf(`store ${count}`).fragmentCount).toBe(count);
      expect((await ended(`store ${count}`, 'succeeded')).code, log).toBe('SUCCESS');
      expect(await readFile(join(machines, `stored-${count}`, 'putty/putty.bin'))).toEqual(content);
      const { counts } = await statisticsOf(packageOf(`store ${count}`));
      expect(counts).toEqual({ waiting: 0, notified: 0, succeeded: 1, failed: 0 });
    },
  );

  it.each([1, 3])('LAUNCH in %i fragments runs the program of the archive', async (count) => {
    expect(packageOf(`launch ${count}`).fragmentCount).toBe(count);
    // A Unix agent tells the exit code of what it launched (OCS-PROTOCOL.md §4.5).
    expect((await ended(`launch ${count}`, 'succeeded')).code, log).toBe('SUCCESS_0');
    expect(await readFile(join(machines, `launched-${count}`), 'utf8')).toBe('launched\n');
  });

  it.each([0, 1, 2])('EXECUTE with %i fragments runs the command among the files', async (count) => {
    expect(packageOf(`execute ${count}`).fragmentCount).toBe(count);
    expect((await ended(`execute ${count}`, 'succeeded')).code, log).toBe('SUCCESS');
    expect(existsSync(join(machines, `executed-${count}`))).toBe(true);
  });

  it('brings the fragments by https when the package says so', async () => {
    expect((await ended('by https', 'succeeded')).code, log).toBe('SUCCESS');
    expect(await readFile(join(machines, 'by-https-stored', 'secure.bin'))).toEqual(noise(9_000));
  });

  it('shows a command that fails as failed, with the code of the agent', async () => {
    expect((await ended('fails', 'failed')).code, log).toBe('ERR_EXECUTE');
    expect(await statisticsOf(packageOf('fails'))).toMatchObject({
      counts: { succeeded: 0, failed: 1 },
      failuresByCode: [{ code: 'ERR_EXECUTE', count: 1 }],
    });
  });

  it('ends in ERR_BAD_DIGEST when a stored fragment was tampered with', async () => {
    expect((await ended('tampered', 'failed')).code, log).toBe('ERR_BAD_DIGEST');
    expect(existsSync(join(machines, 'never'))).toBe(false);
  });
});

describe('a package reaches a real agent', () => {
  it('is fetched over https only from a server that the authority vouches for, and stays on offer otherwise', async () => {
    const machine = await inventoried('https');
    const made = await deploy(
      machine,
      { name: 'By https', action: { kind: 'EXECUTE', command: 'true' } },
      null,
    );
    const strange = join(machines, 'strange-ca.pem');
    await writeFile(strange, await readFile('/etc/ssl/certs/ca-certificates.crt'));
    const deviceId = await machine.deviceId(api);
    const misled = new Machine(installation, 'https', machines, { ca: strange });
    await misled.run();
    const refused = await deliveryIn(api, made.id, deviceId, 'notified');
    expect(refused.reports.map((report) => report.code)).toContain('ERR_DOWNLOAD_INFO');
    await machine.run();
    expect((await deliveryIn(api, made.id, deviceId, 'succeeded')).code).toBe('SUCCESS');
  });

  it('is not installed twice, but runs again as a new attempt when it is forced', async () => {
    const machine = await inventoried('again');
    const proof = join(machines, 'again-proof');
    const made = await deploy(
      machine,
      { name: 'Again', action: { kind: 'EXECUTE', command: `echo x >> ${proof}` } },
      null,
    );
    const deviceId = await machine.deviceId(api);
    await machine.run();
    await deliveryIn(api, made.id, deviceId, 'succeeded');
    await machine.run();
    expect(await readFile(proof, 'utf8')).toBe('x\n');
    await assign(api, made.activationId, deviceId, { force: true });
    await machine.run();
    const second = await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect(second.attempt).toBe(2);
    expect(await readFile(proof, 'utf8')).toBe('x\nx\n');
  });

  it('reaches six machines side by side, and the statistics count each once', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `crowd-${i}`);
    const crowd = await Promise.all(names.map(inventoried));
    const target = join(machines, 'crowd');
    await mkdir(target, { recursive: true });
    const made = await buildPackage(
      installation.httpUrl,
      api,
      {
        name: 'For all',
        operatingSystem: 'linux',
        priority: 1,
        action: { kind: 'STORE', path: target },
        fragments: { count: 3 },
      },
      await makeTarGz({ 'shared.bin': { content: noise(40_000) } }),
    );
    const activationId = await activate(api, made.id);
    const deviceIds = await Promise.all(crowd.map((machine) => machine.deviceId(api)));
    await api.post('/api/v1/assignments', { activationId, deviceIds });
    expect((await statisticsOf(made)).counts.waiting).toBe(6);
    await Promise.all(crowd.map((machine) => machine.run()));
    for (const deviceId of deviceIds) await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect((await statisticsOf(made)).counts).toEqual({ waiting: 0, notified: 0, succeeded: 6, failed: 0 });
  });
});
