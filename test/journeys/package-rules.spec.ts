import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTarGz, noise, removeDirectory, temporaryDirectory, waitFor } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { Machine, setQuickDownloads } from '../installation/machine.js';
import { activate, assign, buildPackage, deliveryIn, type BuiltPackage } from '../installation/packages.js';
import { flipStoredByte } from '../installation/stored-objects.js';
import { ScriptedMachine } from './scripted-machine.js';

let installation: Installation;
let api: Api;
let machines: string;
let seed = 4_000;

beforeAll(async () => {
  [installation, machines] = await Promise.all([startInstallation(), temporaryDirectory('machines')]);
  api = await Api.login(installation);
  await setQuickDownloads(api);
});

afterAll(async () => {
  await installation.stop();
  await removeDirectory(machines);
});

interface Active extends BuiltPackage {
  readonly activationId: string;
}

/** A package that runs a command, activated at the usual places. */
async function command(name: string, text: string): Promise<Active> {
  const settings = {
    name,
    operatingSystem: 'linux',
    priority: 1,
    action: { kind: 'EXECUTE', command: text },
  };
  const made = await buildPackage(installation.httpUrl, api, settings, null);
  return { ...made, activationId: await activate(api, made.id) };
}

async function registered(changes: object = {}): Promise<ScriptedMachine> {
  const machine = new ScriptedMachine(installation, seed++, changes);
  await machine.report();
  return machine;
}

async function group(definition: object): Promise<string> {
  const { id } = await api.post<{ id: string }>('/api/v1/groups', {
    description: 'of a journey',
    ...definition,
  });
  return id;
}

async function offers(machine: ScriptedMachine, made: BuiltPackage): Promise<boolean> {
  return (await machine.offered()).includes(made.fileId);
}

async function untilOffered(machine: ScriptedMachine, made: BuiltPackage): Promise<void> {
  await waitFor(() => offers(machine, made), { what: `${made.fileId} to be offered`, timeoutMs: 30_000 });
}

describe('an assignment to a group', () => {
  it('reaches a real machine that joins later, and a machine that leaves before it was told loses it', async () => {
    const groupId = await group({ name: 'Joiners', kind: 'static' });
    const proof = join(machines, 'joined');
    const made = await command('For joiners', `echo joined > ${proof}`);
    const { rules } = await api.post<{ rules: { ruleId: string }[] }>('/api/v1/assignments', {
      activationId: made.activationId,
      groupIds: [groupId],
    });
    expect(rules).toHaveLength(1);
    const stays = new Machine(installation, 'joins', machines);
    await stays.run();
    const leaves = await registered();
    const deviceIds = [await stays.deviceId(api), await leaves.deviceId(api)];
    await api.post(`/api/v1/groups/${groupId}/members`, { deviceIds });
    await deliveryIn(api, made.id, deviceIds[1] ?? '', 'waiting');
    await api.ask('DELETE', `/api/v1/groups/${groupId}/members`, { deviceIds: [deviceIds[1]] });
    await deliveryIn(api, made.id, deviceIds[1] ?? '', 'withdrawn');
    expect(await offers(leaves, made)).toBe(false);
    await stays.run();
    expect((await deliveryIn(api, made.id, deviceIds[0] ?? '', 'succeeded')).code).toBe('SUCCESS');
    expect(existsSync(proof)).toBe(true);
    const rule = await api.get(`/api/v1/assignment-rules/${rules[0]?.ruleId ?? ''}`);
    expect(rule).toMatchObject({ targetKind: 'group', targetId: groupId, members: 1 });
  });

  it('follows what a dynamic group finds', async () => {
    const made = await command('For the TAG', 'true');
    const criteria = { device: 'tag', operator: 'equal', value: 'RULED' };
    const groupId = await group({ name: 'Ruled by TAG', kind: 'dynamic', criteria });
    await api.post('/api/v1/assignments', { activationId: made.activationId, groupIds: [groupId] });
    const before = await registered({ tag: 'RULED' });
    await untilOffered(before, made);
    const other = await registered({ tag: 'OTHER' });
    expect(await offers(other, made)).toBe(false);
  });

  it('waits for its maintenance windows, and what was told stays on offer when they close', async () => {
    const groupId = await group({ name: 'Windowed', kind: 'static' });
    const machine = await registered();
    await api.post(`/api/v1/groups/${groupId}/members`, { deviceIds: [await machine.deviceId(api)] });
    const path = `/api/v1/groups/${groupId}/maintenance-windows`;
    const always = [1, 2, 3, 4, 5, 6, 7];
    const today = ((new Date().getUTCDay() + 6) % 7) + 1;
    // Neither today nor the days around it, whatever happens at midnight.
    const closed = always.filter((day) => (day - today + 7) % 7 === 3);
    await api.put(path, { windows: [{ days: closed, from: '01:00', to: '02:00', zone: 'UTC' }] });
    const made = await command('In the window', 'true');
    await api.post('/api/v1/assignments', { activationId: made.activationId, groupIds: [groupId] });
    const deviceId = await machine.deviceId(api);
    await deliveryIn(api, made.id, deviceId, 'waiting');
    await waitFor(
      async () => {
        expect(await offers(machine, made)).toBe(false);
        return (await deliveryIn(api, made.id, deviceId, 'waiting')).reason.en.includes('window');
      },
      { what: 'the delivery to wait for its window', timeoutMs: 30_000 },
    );
    await api.put(path, { windows: [{ days: always, from: '00:00', to: '24:00', zone: 'UTC' }] });
    await untilOffered(machine, made);
    await api.put(path, { windows: [{ days: closed, from: '01:00', to: '02:00', zone: 'UTC' }] });
    const second = await command('Too late for the window', 'true');
    await assign(api, second.activationId, deviceId);
    await waitFor(
      async () =>
        (await deliveryIn(api, second.id, deviceId, 'waiting')).reason.en.includes('window') ||
        (await machine.offered(), false),
      { what: 'the windows to be closed again', timeoutMs: 30_000 },
    );
    expect(await machine.offered()).toEqual([made.fileId]);
  });
});

describe('packages in order', () => {
  it('B comes only after A has succeeded on the machine', async () => {
    const machine = new Machine(installation, 'in-order', machines);
    await machine.run();
    const deviceId = await machine.deviceId(api);
    const proof = join(machines, 'order');
    const a = await command('Order A', `echo a >> ${proof}`);
    const b = await command('Order B', `echo b >> ${proof}`);
    await api.post('/api/v1/assignments', {
      activationIds: [a.activationId, b.activationId],
      deviceIds: [deviceId],
      inOrder: true,
    });
    await machine.run();
    await deliveryIn(api, a.id, deviceId, 'succeeded');
    expect((await deliveryIn(api, b.id, deviceId, 'waiting')).reason.en).toContain('before');
    await machine.run();
    await deliveryIn(api, b.id, deviceId, 'succeeded');
    expect(await readFile(proof, 'utf8')).toBe('a\nb\n');
  });
});

describe('a schedule and a post command', () => {
  it('are in the PROLOG as they were given, and a date that is none is refused', async () => {
    const machine = await registered();
    const made = await command('Scheduled', 'true');
    const deviceIds = [await machine.deviceId(api)];
    const body = {
      activationId: made.activationId,
      deviceIds,
      schedule: '2031/02/28 23:05',
      postCommand: 'REBOOT',
    };
    const wrong = await api.ask<{ detail: string }>('POST', '/api/v1/assignments', {
      ...body,
      schedule: '//2017-02-18 01:00',
    });
    expect(wrong.status).toBe(400);
    const { warnings } = await api.post<{ warnings: { code: string }[] }>('/api/v1/assignments', body);
    expect(warnings.map(({ code }) => code)).not.toEqual([]);
    const offered = (await machine.prolog()).packages.find((offer) => offer['ID'] === made.fileId);
    expect(offered).toMatchObject({ SCHEDULE: '2031/02/28 23:05', POSTCMD: 'REBOOT', FORCE: '0' });
  });
});

describe('a package whose bytes are damaged on the server', () => {
  it('is found out by the first report, kept back until it is whole again, and then tried again by its policy', async () => {
    const machine = new Machine(installation, 'retried', machines);
    await machine.run();
    const deviceId = await machine.deviceId(api);
    const target = join(machines, 'retried-stored');
    const made = await buildPackage(
      installation.httpUrl,
      api,
      {
        name: 'Retried',
        operatingSystem: 'linux',
        priority: 1,
        action: { kind: 'STORE', path: target },
        fragments: { count: 2 },
      },
      await makeTarGz({ 'a.bin': { content: noise(30_000) } }),
    );
    const policy = {
      on: ['ERR_BAD_DIGEST'],
      retries: 2,
      firstAfterMinutes: 0,
      factor: 1,
      maxAfterMinutes: 60,
    };
    const activationId = await activate(api, made.id);
    await api.put(`/api/v1/packages/${made.id}/retry-policy`, policy);
    await assign(api, activationId, deviceId);
    await flipStoredByte(installation, made.fileId, 2);
    await machine.run();
    const verification = `/api/v1/packages/${made.id}/verification`;
    await waitFor(
      async () =>
        (await api.get<{ damagedFiles: string[] }>(verification)).damagedFiles.join() === `${made.fileId}-2`,
      { what: 'the damage to be found', timeoutMs: 30_000 },
    );
    const retry = await deliveryIn(api, made.id, deviceId, 'waiting');
    expect(retry.attempt).toBe(2);
    await machine.run();
    expect((await deliveryIn(api, made.id, deviceId, 'waiting')).attempt).toBe(2);
    await flipStoredByte(installation, made.fileId, 2);
    await api.post(`/api/v1/stored-packages/${made.fileId}/verify`);
    await waitFor(
      async () => (await api.get<{ damagedFiles: string[] }>(verification)).damagedFiles.length === 0,
      {
        what: 'the package to be whole',
        timeoutMs: 30_000,
      },
    );
    await machine.run();
    expect(await deliveryIn(api, made.id, deviceId, 'succeeded')).toMatchObject({
      attempt: 2,
      code: 'SUCCESS',
    });
    expect(await readFile(join(target, 'a.bin'))).toEqual(noise(30_000));
  });
});
