import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { activate, assign, buildPackage, deliveryIn, type BuiltPackage } from '../installation/packages.js';
import { ScriptedMachine } from './scripted-machine.js';

let installation: Installation;
let api: Api;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
});

afterAll(() => installation.stop());

interface Listed {
  readonly items: readonly { readonly id: string }[];
}

interface Details {
  readonly agentDeviceId: string;
  readonly name: string;
  readonly state: string;
  readonly accountFields: Readonly<Record<string, string>>;
  readonly sections: readonly { readonly name: string }[];
}

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

/** All that people and the agent gave a device, without the times at which it called. */
async function everythingOf(id: string): Promise<object> {
  const { agentDeviceId, name, state, accountFields, sections } = await api.get<Details>(
    `/api/v1/devices/${id}`,
  );
  const rows: Record<string, unknown> = {};
  for (const section of sections) {
    const { items } = await api.get<{ items: unknown }>(
      `/api/v1/devices/${id}/sections/${section.name}?limit=500`,
    );
    rows[section.name] = items;
  }
  const groups = await api.get<{ items: { id: string; origin: string }[] }>(`/api/v1/devices/${id}/groups`);
  const settings = await api.get<{ items: Setting[] }>(`/api/v1/devices/${id}/settings`);
  return {
    ...{ agentDeviceId, name, state, accountFields, rows },
    groups: groups.items.map((group) => `${group.id} ${group.origin}`).sort(),
    settings: settings.items
      .filter(({ origin }) => origin === 'device')
      .map(({ key, value }) => ({ key, value })),
  };
}

async function group(name: string, ...deviceIds: string[]): Promise<string> {
  const body = { name, description: 'Made by hand', kind: 'static', deviceIds };
  return (await api.post<{ id: string }>('/api/v1/groups', body)).id;
}

async function packageFor(name: string, deviceId: string): Promise<BuiltPackage> {
  const settings = {
    name,
    operatingSystem: 'linux',
    priority: 1,
    action: { kind: 'EXECUTE', command: 'true' },
  };
  const made = await buildPackage(installation.httpUrl, api, settings, null);
  await assign(api, await activate(api, made.id), deviceId);
  return made;
}

describe('two machines that somebody takes for one', () => {
  it('are one device, with what both had, until that is undone; then nothing of either is lost', async () => {
    const older = new ScriptedMachine(installation, 100, { tag: 'Older', softwares: 12 });
    const newer = new ScriptedMachine(installation, 200, { tag: 'Newer', softwares: 7 });
    await older.call();
    await newer.call();
    const [x, y] = [await older.deviceId(api), await newer.deviceId(api)];
    await group('Of the older one', x);
    await group('Of the newer one', y);
    await group('Of both', x, y);
    const dynamic = await api.post<{ id: string }>('/api/v1/groups', {
      name: 'All but the newer one',
      description: 'Dynamic',
      kind: 'dynamic',
      criteria: { device: 'name', operator: 'like', value: 'desk-*' },
    });
    await api.post(`/api/v1/groups/${dynamic.id}/members`, { deviceIds: [y], origin: 'excluded' });
    await api.put(`/api/v1/devices/${x}/settings/PROLOG_FREQ`, { value: 5 });
    await api.put(`/api/v1/devices/${y}/settings/PROLOG_FREQ`, { value: 6 });
    await api.put(`/api/v1/devices/${y}/settings/DOWNLOAD_TIMEOUT`, { value: 9 });
    const forOlder = await packageFor('For the older one', x);
    const forNewer = await packageFor('For the newer one', y);
    const done = await packageFor('Done on the newer one', y);
    await newer.prolog();
    await newer.reportDownload(done.fileId, 'SUCCESS');
    await deliveryIn(api, done.id, y, 'succeeded');
    const isMatched = async (): Promise<boolean> =>
      JSON.stringify(await everythingOf(x)).includes(`${dynamic.id} matched`);
    await expect.poll(isMatched, { timeout: 20_000 }).toBe(true);
    const before = { x: await everythingOf(x), y: await everythingOf(y) };

    const merge = await api.post<{ id: string }>('/api/v1/merges', { deviceIds: [y, x] });
    expect(await newer.listed(api)).toMatchObject({ id: x, name: 'desk-200', tag: 'Older' });
    expect(await older.listed(api)).toBeUndefined();
    const bothOffers = [forOlder.fileId, forNewer.fileId].sort();
    await expect.poll(() => newer.offered(), { timeout: 20_000 }).toEqual(bothOffers);
    const merged = JSON.stringify(await everythingOf(x));
    expect(merged).toContain('"DOWNLOAD_TIMEOUT","value":9');
    expect(merged).toContain('"PROLOG_FREQ","value":5');

    await api.post(`/api/v1/merges/${merge.id}/undo`);
    await expect.poll(() => older.offered(), { timeout: 20_000 }).toEqual([forOlder.fileId]);
    await expect.poll(() => newer.offered(), { timeout: 20_000 }).toEqual([forNewer.fileId]);
    await expect
      .poll(async () => ({ x: await everythingOf(x), y: await everythingOf(y) }), { timeout: 20_000 })
      .toEqual(before);
    expect((await deliveryIn(api, done.id, y, 'succeeded')).attempt).toBe(1);

    await older.call();
    await newer.call();
    expect([(await older.listed(api))?.id, (await newer.listed(api))?.id]).toEqual([x, y]);
    expect((await api.get<Listed>(`/api/v1/duplicates?state=open`)).items).toEqual([]);
  });

  it('keep the inventories that both sent meanwhile', async () => {
    const older = new ScriptedMachine(installation, 300, { tag: 'A', softwares: 5 });
    const newer = new ScriptedMachine(installation, 400, { tag: 'B', softwares: 6 });
    await older.call();
    await newer.call();
    const [x, y] = [await older.deviceId(api), await newer.deviceId(api)];
    const merge = await api.post<{ id: string }>('/api/v1/merges', { survivorId: x, deviceIds: [x, y] });
    // People said that they are one, and people are believed even when both go on calling.
    const [changedOlder, changedNewer] = [older.changed({ softwares: 8 }), newer.changed({ softwares: 9 })];
    for (const one of [changedNewer, changedOlder]) {
      await one.call();
      expect((await one.listed(api))?.id).toBe(x);
    }
    await api.post(`/api/v1/merges/${merge.id}/undo`);
    const software = async (id: string): Promise<number> =>
      (await api.get<{ total: number }>(`/api/v1/devices/${id}/sections/SOFTWARES`)).total;
    expect([(await older.listed(api))?.id, (await newer.listed(api))?.id]).toEqual([x, y]);
    expect([await software(x), await software(y)]).toEqual([8, 9]);
  });
});
