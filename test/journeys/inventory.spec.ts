import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine } from '../installation/machine.js';
import { sectionVersions } from '../installation/database.js';

let installation: Installation;
let api: Api;
let machines: string;

beforeAll(async () => {
  [installation, machines] = await Promise.all([startInstallation(), temporaryDirectory('machines')]);
  api = await Api.login(installation);
});

afterAll(async () => {
  await installation.stop();
  await removeDirectory(machines);
});

interface Device {
  readonly id: string;
  readonly name: string;
  readonly sections: readonly { readonly name: string }[];
}

describe('a real agent reports its inventory', () => {
  it('registers a new machine with its sections', async () => {
    const machine = new Machine(installation, 'first-inventory', machines);
    const run = await machine.run();
    expect(run.exitCode, run.log).toBe(0);
    const id = await machine.deviceId(api);
    const device = await api.get<Device>(`/api/v1/devices/${id}`);
    expect(device.name).toBe('first-inventory');
    expect(device.sections.map((section) => section.name)).toEqual(
      expect.arrayContaining(['HARDWARE', 'CPUS', 'DRIVES']),
    );
    const { items } = await api.get<{ items: { NAME: string }[] }>(`/api/v1/devices/${id}/sections/HARDWARE`);
    expect(items[0]?.NAME).toBe('first-inventory');
  });

  it('writes no section row for the second, unchanged inventory', async () => {
    const machine = new Machine(installation, 'unchanged', machines, { softwares: true });
    await machine.run();
    const id = await machine.deviceId(api);
    const before = await sectionVersions(installation, id);
    const run = await machine.run();
    expect(run.exitCode, run.log).toBe(0);
    const after = await sectionVersions(installation, id);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    // What this machine really changes between two runs (free disk space) is a change to be stored.
    const volatile = ['DRIVES'];
    expect(changed.filter((name) => !volatile.includes(name))).toEqual([]);
    expect(Object.keys(after).length).toBeGreaterThan(4);
  });

  it('gets the TAG that an administrator set on the server', async () => {
    const machine = new Machine(installation, 'tagged', machines, { tag: 'agent-said' });
    await machine.run();
    const id = await machine.deviceId(api);
    await api.put(`/api/v1/devices/${id}/account-fields`, { TAG: 'Lyon & Paris' });
    const run = await machine.run();
    expect(run.exitCode, run.log).toBe(0);
    expect(await machine.accountFile()).toContain('Lyon &amp; Paris');
  });
});
