import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTarGz, noise, removeDirectory, temporaryDirectory, waitFor } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine, setQuickDownloads } from '../installation/machine.js';
import { activate, assign, buildPackage, deliveryIn, type BuiltPackage } from '../installation/packages.js';

const run = promisify(execFile);

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
  const { exitCode, log } = await machine.run();
  expect(exitCode, log).toBe(0);
  return machine;
}

async function deploy(
  machine: Machine,
  settings: object,
  upload: Buffer | null,
): Promise<BuiltPackage & { readonly activationId: string }> {
  const common = { operatingSystem: 'linux', priority: 1 };
  const made = await buildPackage(installation.httpUrl, api, { ...common, ...settings }, upload);
  const activationId = await activate(api, made.id);
  await assign(api, activationId, await machine.deviceId(api));
  return { ...made, activationId };
}

describe('a package made from a template', () => {
  it('runs a script with its arguments, quotes and all', async () => {
    const machine = await inventoried('template-script');
    const proof = join(machines, 'template-script-proof');
    const script = `#!/bin/sh\nprintf '%s|%s' "$1" "$2" > '${proof}'\n`;
    const template = { name: 'script', script, arguments: ['two words', "it's ${HOME}"] };
    const made = await deploy(machine, { name: 'Script', template }, null);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(delivery.code).toBe('SUCCESS');
    expect(await readFile(proof, 'utf8')).toBe("two words|it's ${HOME}");
  });

  it('shows a script that fails as failed', async () => {
    const machine = await inventoried('template-script-fails');
    const template = { name: 'script', script: '#!/bin/sh\nexit 3\n' };
    const made = await deploy(machine, { name: 'Bad script', template }, null);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'failed');
    expect(delivery.code).toBe('ERR_EXECUTE');
  });

  it('installs a Debian package that was uploaded as it is', async () => {
    const machine = await inventoried('template-deb');
    const deb = await makeDeb(join(machines, 'deb'));
    try {
      const template = { name: 'deb-rpm', format: 'deb' };
      const made = await deploy(machine, { name: 'Debian package', template }, deb);
      const { log } = await machine.run();
      const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
      expect(delivery.code, log).toBe('SUCCESS');
      expect((await run('dpkg-query', ['-W', '-f=${Version}', 'entrepot-journey'])).stdout).toBe('1.2');
    } finally {
      await run('dpkg', ['--purge', 'entrepot-journey']).catch(() => undefined);
    }
  });

  it('stores the files of an archive', async () => {
    const machine = await inventoried('template-store');
    const target = join(machines, 'template-stored');
    const template = { name: 'store', path: target };
    const archive = await makeTarGz({ 'a/b.txt': { content: 'kept' } });
    const made = await deploy(machine, { name: 'Stored by template', template }, archive);
    await machine.run();
    await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(await readFile(join(target, 'a/b.txt'), 'utf8')).toBe('kept');
  });
});

describe('a result that an agent tells', () => {
  it('SUCCESS_3 counts as a success with a warning, in words', async () => {
    const machine = await inventoried('launch-exit');
    const archive = await makeTarGz({ 'install.sh': { content: '#!/bin/sh\nexit 3\n', mode: 0o755 } });
    const action = { kind: 'LAUNCH', name: 'install.sh' };
    const made = await deploy(machine, { name: 'Exit 3', action }, archive);
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(delivery.code).toBe('SUCCESS_3');
    expect(delivery.reason).toMatchObject({ en: expect.stringContaining('3') as string });
    const statistics = await api.get(`/api/v1/packages/${made.id}/statistics`);
    expect(statistics).toMatchObject({ succeededWithWarnings: 1 });
  });

  it('ERR_TIMEOUT ends a download that took more days than it may', async () => {
    const machine = await inventoried('timeout');
    const made = await interrupted(machine, 'Timeout');
    await api.set('DOWNLOAD_TIMEOUT', 0);
    try {
      await machine.run();
    } finally {
      await api.set('DOWNLOAD_TIMEOUT', 30);
    }
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'failed');
    expect(delivery.code).toBe('ERR_TIMEOUT');
  });
});

describe('a download', () => {
  it('that is killed goes on with the fragment that is missing', async () => {
    const machine = await inventoried('resumed');
    const made = await interrupted(machine, 'Resumed');
    await machine.run();
    const delivery = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
    expect(delivery.code).toBe('SUCCESS');
    expect(delivery.stage).toBe('succeeded');
    expect(await readFile(join(machines, 'stored-Resumed', 'payload.bin'))).toEqual(noise(60_000));
    await waitFor(
      async () => {
        const { fragments } = await deliveryIn(api, made.id, await machine.deviceId(api), 'succeeded');
        return fragments?.fetched === 6 && fragments.total === 6;
      },
      { what: 'the funnel to count six of six fragments' },
    );
  });

  it('that is asked for again is not made when the agent has the package in its history', async () => {
    const machine = await inventoried('in-history');
    const proof = join(machines, 'in-history-proof');
    const action = { kind: 'EXECUTE', command: `echo x >> ${proof}` };
    const made = await deploy(machine, { name: 'In history', action }, null);
    const deviceId = await machine.deviceId(api);
    await machine.run();
    await deliveryIn(api, made.id, deviceId, 'succeeded');
    // The history reaches the server with the inventory that follows.
    await machine.run();
    await assign(api, made.activationId, deviceId);
    await machine.run();
    const second = await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect(second).toMatchObject({ attempt: 2, code: 'SUCCESS_ALREADY_IN_HISTORY' });
    expect(await readFile(proof, 'utf8')).toBe('x\n');
    const { items } = await api.get<{ items: { fileId: string; name: string | null }[] }>(
      `/api/v1/devices/${deviceId}/installed-packages`,
    );
    expect(items).toContainEqual(expect.objectContaining({ fileId: made.fileId, name: 'In history' }));
  });
});

/** A machine whose downloader was killed when it had some of the fragments of a package. */
async function interrupted(machine: Machine, name: string): Promise<BuiltPackage> {
  const made = await deploy(
    machine,
    {
      name,
      action: { kind: 'STORE', path: join(machines, `stored-${name}`) },
      fragments: { count: 6 },
    },
    await makeTarGz({ 'payload.bin': { content: noise(60_000) } }),
  );
  await api.set('DOWNLOAD_FRAG_LATENCY', 2);
  try {
    const folder = join(machine.stateDirectory, 'download', made.fileId);
    await machine.runUntil(() => existsSync(join(folder, `${made.fileId}-2`)));
    expect(existsSync(join(folder, `${made.fileId}-6`))).toBe(false);
  } finally {
    await api.set('DOWNLOAD_FRAG_LATENCY', 0);
  }
  return made;
}

/** A Debian package that holds nothing but its name and version. */
async function makeDeb(directory: string): Promise<Buffer> {
  await mkdir(join(directory, 'DEBIAN'), { recursive: true });
  const control = [
    'Package: entrepot-journey',
    'Version: 1.2',
    'Architecture: all',
    'Maintainer: nobody <nobody@example.org>',
    'Description: shows that a template installs it',
  ];
  await writeFile(join(directory, 'DEBIAN/control'), `${control.join('\n')}\n`);
  await run('dpkg-deb', ['--root-owner-group', '--build', directory, `${directory}.deb`]);
  return readFile(`${directory}.deb`);
}
