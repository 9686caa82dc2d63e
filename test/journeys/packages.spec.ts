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

/** Builds, activates and assigns; the next run of the agent finds the package in its PROLOG. */
async function deploy(machine: Machine, settings: object, archive: Buffer | null): Promise<Deployed> {
  const made = await buildPackage(
    installation.httpUrl,
    api,
    { operatingSystem: 'linux', priority: 1, ...settings },
    archive,
  );
  const activationId = await activate(api, made.id);
  await assign(api, activationId, await machine.deviceId(api));
  return { ...made, activationId };
}

function statisticsOf(made: CreatedPackage): Promise<Statistics> {
  return api.get<Statistics>(`/api/v1/packages/${made.id}/statistics`);
}

describe('a package reaches a real agent', () => {
  it.each([1, 4])(
    'STORE in %i fragments puts the files on the disk and is reported as SUCCESS',
    async (fragments) => {
      const machine = await inventoried(`store-${fragments}`);
      const target = join(machines, `stored-${fragments}`);
      const content = noise(50_000);
      const archive = await makeTarGz({
        'putty/readme.txt': { content: 'hello' },
        'putty/putty.bin': { content },
      });
      const made = await deploy(
        machine,
        {
          name: `Store ${fragments}`,
          action: { kind: 'STORE', path: target },
          fragments: { count: fragments },
        },
        archive,
      );
      expect(made.fragmentCount).toBe(fragments);
      const run = await machine.run();
      const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
      expect(delivery.code, run.log).toBe('SUCCESS');
      expect(await readFile(join(target, 'putty/putty.bin'))).toEqual(content);
      expect((await statisticsOf(made)).counts).toEqual({ waiting: 0, notified: 0, succeeded: 1, failed: 0 });
    },
  );

  it.each([1, 3])('LAUNCH in %i fragments runs the program of the archive', async (fragments) => {
    const machine = await inventoried(`launch-${fragments}`);
    const proof = join(machines, `launched-${fragments}`);
    const archive = await makeTarGz({
      'install.sh': { content: `#!/bin/sh\necho launched > ${proof}\n`, mode: 0o755 },
      'payload.bin': { content: noise(20_000) },
    });
    const made = await deploy(
      machine,
      {
        name: `Launch ${fragments}`,
        action: { kind: 'LAUNCH', name: 'install.sh' },
        fragments: { count: fragments },
      },
      archive,
    );
    expect(made.fragmentCount).toBe(fragments);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    // A Unix agent tells the exit code of what it launched (OCS-PROTOCOL.md §4.5).
    expect(delivery.code).toBe('SUCCESS_0');
    expect(await readFile(proof, 'utf8')).toBe('launched\n');
  });

  it.each([0, 1, 2])('EXECUTE with %i fragments runs the command among the files', async (fragments) => {
    const machine = await inventoried(`execute-${fragments}`);
    const proof = join(machines, `executed-${fragments}`);
    const archive = fragments === 0 ? null : await makeTarGz({ 'data.txt': { content: noise(9_000) } });
    const command = fragments === 0 ? `echo a-b > ${proof}` : `cp data.txt ${proof}`;
    const settings = { name: `Execute ${fragments}`, action: { kind: 'EXECUTE', command } };
    const made = await deploy(
      machine,
      fragments === 0 ? settings : { ...settings, fragments: { count: fragments } },
      archive,
    );
    expect(made.fragmentCount).toBe(fragments);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(delivery.code).toBe('SUCCESS');
    expect(existsSync(proof)).toBe(true);
  });

  it('brings the fragments by https when the package says so', async () => {
    const machine = await inventoried('by-https');
    const target = join(machines, 'by-https-stored');
    const made = await deploy(
      machine,
      {
        name: 'Fragments by https',
        protocol: 'HTTPS',
        action: { kind: 'STORE', path: target },
        fragments: { count: 2 },
      },
      await makeTarGz({ 'secure.bin': { content: noise(9_000) } }),
    );
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(delivery.code).toBe('SUCCESS');
    expect(await readFile(join(target, 'secure.bin'))).toEqual(noise(9_000));
  });

  it('shows a command that fails as failed, with the code of the agent', async () => {
    const machine = await inventoried('execute-fails');
    const made = await deploy(
      machine,
      { name: 'Fails', action: { kind: 'EXECUTE', command: 'exit 7' } },
      null,
    );
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'failed');
    expect(delivery.code).toBe('ERR_EXECUTE');
    expect(await statisticsOf(made)).toMatchObject({
      counts: { succeeded: 0, failed: 1 },
      failuresByCode: [{ code: 'ERR_EXECUTE', count: 1 }],
    });
  });

  it('ends in ERR_BAD_DIGEST when a stored fragment was tampered with', async () => {
    const machine = await inventoried('bad-digest');
    const archive = await makeTarGz({ 'a.bin': { content: noise(30_000) } });
    const made = await deploy(
      machine,
      { name: 'Tampered', action: { kind: 'STORE', path: join(machines, 'never') }, fragments: { count: 2 } },
      archive,
    );
    await flipStoredByte(installation, made.fileId, 2);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'failed');
    expect(delivery.code).toBe('ERR_BAD_DIGEST');
    expect(existsSync(join(machines, 'never'))).toBe(false);
  });

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
