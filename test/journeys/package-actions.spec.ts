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
import {
  activate,
  assign,
  buildPackage,
  deliveryIn,
  type BuiltPackage,
  type DeliveryView,
} from '../installation/packages.js';

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

function build(settings: object, upload: Buffer | null): Promise<BuiltPackage> {
  const common = { operatingSystem: 'linux', priority: 1 };
  return buildPackage(installation.httpUrl, api, { ...common, ...settings }, upload);
}

async function deploy(
  machine: Machine,
  settings: object,
  upload: Buffer | null,
): Promise<BuiltPackage & { readonly activationId: string }> {
  const made = await build(settings, upload);
  const activationId = await activate(api, made.id);
  await assign(api, activationId, await machine.deviceId(api));
  return { ...made, activationId };
}

describe('packages made from templates, which reach one machine in one run', () => {
  const made = new Map<string, BuiltPackage>();
  let deviceId: string;
  let log: string;

  beforeAll(async () => {
    const machine = await inventoried('templates');
    deviceId = await machine.deviceId(api);
    const script = `#!/bin/sh\nprintf '%s|%s' "$1" "$2" > '${join(machines, 'script-proof')}'\n`;
    const words = ['two words', "it's ${HOME}"];
    await add('script', { template: { name: 'script', script, arguments: words } }, null);
    await add('bad script', { template: { name: 'script', script: '#!/bin/sh\nexit 3\n' } }, null);
    const deb = await makeDeb(join(machines, 'deb'));
    await add('deb', { template: { name: 'deb-rpm', format: 'deb' } }, deb);
    const store = { template: { name: 'store', path: join(machines, 'template-stored') } };
    await add('store', store, await makeTarGz({ 'a/b.txt': { content: 'kept' } }));
    const launched = await makeTarGz({ 'install.sh': { content: '#!/bin/sh\nexit 3\n', mode: 0o755 } });
    await add('launch', { action: { kind: 'LAUNCH', name: 'install.sh' } }, launched);
    const activationIds = await Promise.all([...made.values()].map(({ id }) => activate(api, id)));
    await api.post('/api/v1/assignments', { activationIds, deviceIds: [deviceId] });
    ({ log } = await machine.run());
  });

  afterAll(() => run('dpkg', ['--purge', 'entrepot-journey']));

  async function add(name: string, settings: object, upload: Buffer | null): Promise<void> {
    made.set(name, await build({ name, ...settings }, upload));
  }

  function ended(name: string, state: string): Promise<DeliveryView> {
    return deliveryIn(api, made.get(name)?.id ?? '', deviceId, state);
  }

  it('run a script with its arguments, quotes and all', async () => {
    expect((await ended('script', 'succeeded')).code, log).toBe('SUCCESS');
    expect(await readFile(join(machines, 'script-proof'), 'utf8')).toBe("two words|it's ${HOME}");
  });

  it('show a script that fails as failed', async () => {
    expect((await ended('bad script', 'failed')).code, log).toBe('ERR_EXECUTE');
  });

  it('install a Debian package that was uploaded as it is', async () => {
    expect((await ended('deb', 'succeeded')).code, log).toBe('SUCCESS');
    const { stdout } = await run('dpkg-query', ['-W', '-f=${Version}', 'entrepot-journey']);
    expect(stdout).toBe('1.2');
  });

  it('store the files of an archive', async () => {
    await ended('store', 'succeeded');
    expect(await readFile(join(machines, 'template-stored', 'a/b.txt'), 'utf8')).toBe('kept');
  });

  it('count SUCCESS_3 of a launched program as a success with a warning, in words', async () => {
    const delivery = await ended('launch', 'succeeded');
    expect(delivery.code, log).toBe('SUCCESS_3');
    expect(delivery.reason.en).toContain('3');
    const statistics = await api.get(`/api/v1/packages/${made.get('launch')?.id ?? ''}/statistics`);
    expect(statistics).toMatchObject({ succeededWithWarnings: 1 });
  });
});

describe('a download', () => {
  it('that took more days than it may ends in ERR_TIMEOUT', async () => {
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

  it('that is killed goes on with the fragment that is missing', async () => {
    const machine = await inventoried('resumed');
    const made = await interrupted(machine, 'Resumed');
    const deviceId = await machine.deviceId(api);
    const isOver = async (): Promise<boolean> => {
      // A server that is too busy for packages answers PROLOG without them; agents come again.
      await machine.run();
      const { items } = await api.get<{ items: DeliveryView[] }>(`/api/v1/deliveries?packageId=${made.id}`);
      return items.some(({ state }) => state === 'succeeded');
    };
    await waitFor(isOver, { what: 'the download to end', timeoutMs: 60_000 });
    const delivery = await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect(delivery.code).toBe('SUCCESS');
    expect(delivery.stage).toBe('succeeded');
    expect(await readFile(join(machines, 'stored-Resumed', 'payload.bin'))).toEqual(noise(60_000));
    await waitFor(
      async () => {
        const { fragments } = await deliveryIn(api, made.id, deviceId, 'succeeded');
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
    const { items } = await api.get<{ items: { fileId: string }[] }>(
      `/api/v1/devices/${deviceId}/installed-packages`,
    );
    expect(items.find(({ fileId }) => fileId === made.fileId)).toMatchObject({
      inHistory: true,
      package: { name: 'In history', version: 1 },
    });
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
