import { rm } from 'node:fs/promises';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine } from '../installation/machine.js';
import { activate, assign, buildPackage, deliveryIn, type BuiltPackage } from '../installation/packages.js';
import {
  builtInAdapter,
  dockAdapter,
  ScriptedMachine,
  type ListedDevice,
  type MachineFacts,
} from './scripted-machine.js';

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

let seeds = 0;

/** A machine that nothing else here has anything in common with. */
function machine(changes: Partial<MachineFacts> = {}): ScriptedMachine {
  seeds += 1;
  return new ScriptedMachine(installation, 1_000 * seeds, changes);
}

interface Known {
  readonly id: string;
  readonly made: BuiltPackage;
  readonly groupId: string;
}

/** Lets a machine be known, tagged, in a group of its own, and given a package that it has not fetched yet. */
async function known(one: ScriptedMachine, tag: string): Promise<Known> {
  await one.call();
  const id = await one.deviceId(api);
  await api.put(`/api/v1/devices/${id}/account-fields`, { TAG: tag });
  const group = await api.post<{ id: string }>('/api/v1/groups', {
    name: `Group of ${tag}`,
    description: 'Somebody put one device into it',
    kind: 'static',
    deviceIds: [id],
  });
  const action = { kind: 'EXECUTE', command: 'true' };
  const settings = { name: `For ${tag}`, operatingSystem: 'linux', priority: 1, action };
  const made = await buildPackage(installation.httpUrl, api, settings, null);
  await assign(api, await activate(api, made.id), id);
  expect(await one.offered()).toEqual([made.fileId]);
  return { id, made, groupId: group.id };
}

interface Details extends ListedDevice {
  readonly accountFields: Readonly<Record<string, string>>;
}

const details = (id: string): Promise<Details> => api.get<Details>(`/api/v1/devices/${id}`);

interface Item {
  readonly id: string;
}

async function groupsOf(id: string): Promise<string[]> {
  const { items } = await api.get<{ items: Item[] }>(`/api/v1/devices/${id}/groups`);
  return items.map((group) => group.id);
}

/** What waits for somebody to decide whether two devices are one; both devices' ids somewhere in each. */
async function pairsOf(...ids: string[]): Promise<Item[]> {
  const { items } = await api.get<{ items: Item[] }>('/api/v1/duplicates?state=open&limit=500');
  return items.filter((pair) => ids.every((id) => JSON.stringify(pair).includes(id)));
}

/** That the machine is the device that it was: named as it is now, with all that people gave it. */
async function expectSame(one: ScriptedMachine, { id, made, groupId }: Known, tag: string): Promise<void> {
  const listed = await one.listed(api);
  expect(listed).toMatchObject({ id, name: one.facts.hostname, tag });
  expect((await details(id)).accountFields).toMatchObject({ TAG: tag });
  expect(await groupsOf(id)).toEqual([groupId]);
  await expect.poll(() => one.offered(), { timeout: 10_000 }).toEqual([made.fileId]);
}

describe('a machine that changes stays the device that it was', () => {
  it('when it is renamed, which gives its agent another id', async () => {
    const before = machine();
    const device = await known(before, 'Renamed');
    const after = before.changed({ hostname: 'accounting-7', installed: '2026-03-01-09-00-00' });
    expect((await after.prolog()).response).toBe('SEND');
    const reply = await after.report();
    expect(reply.accountInfo).toEqual({ TAG: 'Renamed' });
    await expectSame(after, device, 'Renamed');
    expect(await before.listed(api)).toBeUndefined();
    await after.reportDownload(device.made.fileId, 'SUCCESS');
    await deliveryIn(api, device.made.id, device.id, 'succeeded');
    expect(await after.offered()).toEqual([]);
  });

  it.each([
    ['and its agent goes on', false],
    ['and its agent takes a new id and declares the old one', true],
  ])('when its mainboard is swapped, %s', async (_, declares) => {
    const before = machine();
    const tag = `Mainboard ${declares}`;
    const device = await known(before, tag);
    const after = before.changed({
      serial: `NEW${before.facts.serial}`,
      uuid: before.facts.uuid.replace('4c4c4544', '7a7a7a7a'),
      adapters: [builtInAdapter(0xabc000 + seeds)],
      ...(declares && { installed: '2026-05-05-05-05-05' }),
    });
    await after.report(declares ? { oldDeviceId: before.agentDeviceId } : {});
    await expectSame(after, device, tag);
    const bios = await api.get<{ items: { SSN: string }[] }>(`/api/v1/devices/${device.id}/sections/BIOS`);
    expect(bios.items.map(({ SSN }) => SSN)).toEqual([after.facts.serial]);
    expect(await pairsOf(device.id)).toEqual([]);
  });

  it('when its agent is installed anew, again and again', async () => {
    const before = machine();
    const device = await known(before, 'Reinstalled');
    for (const installed of ['2026-02-01-10-00-00', '2026-02-02-10-00-00', '2026-02-03-10-00-00']) {
      const after = before.changed({ installed });
      await after.call();
      await expectSame(after, device, 'Reinstalled');
    }
  });

  it.each([
    ['from one agent', 1],
    ['from two hundred agents, each installed after another', 200],
  ])('when two hundred inventories of it come at once %s', async (_, agents) => {
    const one = machine();
    const installed = (i: number): string =>
      `2026-06-01-12-${String(Math.floor(i / 60)).padStart(2, '0')}-${String(i % 60).padStart(2, '0')}`;
    const reports = Array.from({ length: 200 }, (_unused, i) =>
      one.changed({ installed: installed(i % agents) }).report(),
    );
    await Promise.all(reports);
    const { items } = await api.post<{ items: ListedDevice[] }>('/api/v1/devices/search', {
      text: one.facts.hostname,
    });
    expect(items.map(({ name }) => name)).toEqual([one.facts.hostname]);
    const id = items[0]?.id ?? '';
    const software = await api.get<{ total: number }>(`/api/v1/devices/${id}/sections/SOFTWARES`);
    expect(software.total).toBe(one.facts.softwares);
    expect(await pairsOf(id)).toEqual([]);
  });
});

describe('the agent of a real machine is installed anew', () => {
  it('and the machine waits to be recognised, or is, and is one device in the end', async () => {
    const real = new Machine(installation, 'reinstalled', machines, { tag: 'Real' });
    expect((await real.run()).exitCode).toBe(0);
    const id = await real.deviceId(api);
    await rm(real.directory, { recursive: true });
    expect((await real.run()).exitCode).toBe(0);
    const listed = async (): Promise<ListedDevice[]> => {
      const { items } = await api.post<{ items: ListedDevice[] }>('/api/v1/devices/search', {
        text: real.hostname,
      });
      return items.filter(({ name }) => name === real.hostname);
    };
    const found = await listed();
    // A virtual machine without serial number nor UUID has but its name and its address, which is not enough to be sure.
    if (found.length > 1) {
      const [pair] = await pairsOf(...found.map((device) => device.id));
      expect(pair).toBeDefined();
      await api.post(`/api/v1/duplicates/${pair?.id}/merge`);
    }
    expect((await listed()).map((device) => device.id)).toEqual([id]);
    const run = await real.run();
    expect(run.exitCode, run.log).toBe(0);
    expect((await listed()).map((device) => device.id)).toEqual([id]);
    expect((await details(id)).accountFields).toMatchObject({ TAG: 'Real' });
  });
});

describe('machines that look alike stay devices of their own', () => {
  it.each([
    ['is another machine that says nothing of the old one', { declares: false, sameAdapters: false }],
    ['is another machine that declares the id of the old one', { declares: true, sameAdapters: false }],
    ['has the same adapters too', { declares: false, sameAdapters: true }],
    ['has the same adapters too and declares the id of the old one', { declares: true, sameAdapters: true }],
  ])('when a disk is cloned, and what runs from it %s', async (_, { declares, sameAdapters }) => {
    const original = machine();
    const tag = `Original ${seeds}`;
    const device = await known(original, tag);
    const clone = original.changed({
      hostname: `clone-${seeds}`,
      installed: '2026-04-01-12-00-00',
      ...(!sameAdapters && { adapters: [builtInAdapter(0xdef000 + seeds)] }),
    });
    await clone.prolog();
    await clone.report(declares ? { oldDeviceId: original.agentDeviceId } : {});
    for (let day = 0; day < 2; day++) {
      await original.call();
      await clone.call();
    }
    await original.call();
    await expectSame(original, device, tag);
    const cloned = await clone.listed(api);
    expect(cloned).toMatchObject({ name: clone.facts.hostname });
    const cloneId = cloned?.id ?? '';
    expect(cloneId).not.toBe(device.id);
    expect(await clone.offered()).toEqual([]);
    expect(await groupsOf(cloneId)).toEqual([]);

    for (const pair of await pairsOf(device.id, cloneId))
      await api.post(`/api/v1/duplicates/${pair.id}/dismiss`);
    await original.call();
    await clone.call();
    expect(await pairsOf(device.id, cloneId)).toEqual([]);
    expect((await clone.listed(api))?.id).toBe(cloneId);
  });

  it.each([
    ['a dock that is known as one', dockAdapter],
    ['a dock that looks like any other adapter', builtInAdapter],
  ])('when forty laptops share %s', async (_, adapter) => {
    const dock = adapter(0xd0c000 + seeds);
    const laptops = Array.from({ length: 40 }, () => machine()).map((laptop) =>
      laptop.changed({ adapters: [...laptop.facts.adapters, dock] }),
    );
    await Promise.all(laptops.map((laptop) => laptop.call()));
    const ids = await Promise.all(laptops.map((laptop) => laptop.deviceId(api)));
    for (const laptop of laptops) await laptop.call();
    expect(await Promise.all(laptops.map((laptop) => laptop.deviceId(api)))).toEqual(ids);
    expect(new Set(ids).size).toBe(40);
    for (const id of ids) expect(await pairsOf(id)).toEqual([]);
  });
});
