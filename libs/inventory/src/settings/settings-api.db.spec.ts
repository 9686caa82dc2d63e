import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { SETTING_KEYS } from './settings.registry.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const LAB = '0195d0a0-0000-7000-8000-00000000000a';
const SHOP = '0195d0a0-0000-7000-8000-00000000000b';
const NOBODY = '0195d0a0-0000-7000-8000-000000000009';

interface Shown {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
  readonly group: { readonly id: string; readonly name: string } | null;
  readonly overridden: readonly unknown[];
}

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, values);
}

async function shown(path: string, key: string): Promise<Shown | undefined> {
  const { items } = (await api('GET', `${path}/settings`)).json as { items: Shown[] };
  return items.find((item) => item.key === key);
}

describe('the settings of a device', () => {
  let device = '';
  beforeAll(async () => {
    await agent(deviceIdFor(1)).inventory(inventoryXml({ seed: 1 }));
    device = `/devices/${(await findDevice(deviceIdFor(1))).id}`;
    for (const [id, name] of [
      [LAB, 'Lab'],
      [SHOP, 'Shop'],
    ]) {
      await sql(
        `INSERT INTO device_group (id, name, description, kind, created_at, created_by, definition_changed_at)
         VALUES ($1, $2, '', 'static', now(), 'admin', now())`,
        [id, name],
      );
      await sql(
        `INSERT INTO group_member (group_id, device_id, origin, since) VALUES ($1, $2, 'included', now())`,
        [id, device.slice('/devices/'.length)],
      );
    }
  });

  it('come from their default, from all devices, from a group or from itself, and say what they win over', async () => {
    const fallback = { value: 24, origin: 'default', group: null };
    expect(await shown(device, 'PROLOG_FREQ')).toMatchObject({ ...fallback, overridden: [] });

    await api('PUT', '/settings/PROLOG_FREQ', { value: 12 });
    const global = { value: 12, origin: 'global', group: null };
    expect(await shown(device, 'PROLOG_FREQ')).toMatchObject({ ...global, overridden: [fallback] });

    await api('PUT', `/groups/${LAB}/settings/PROLOG_FREQ`, { value: 8 });
    await api('PUT', `/groups/${SHOP}/settings/PROLOG_FREQ`, { value: 6 });
    const lab = { value: 8, origin: 'group', group: { id: LAB, name: 'Lab' } };
    const shop = { value: 6, origin: 'group', group: { id: SHOP, name: 'Shop' } };
    expect(await shown(device, 'PROLOG_FREQ')).toMatchObject({
      ...shop,
      overridden: [lab, global, fallback],
    });
    expect(await shown(`/groups/${LAB}`, 'PROLOG_FREQ')).toMatchObject({
      ...lab,
      overridden: [global, fallback],
    });

    const put = await api('PUT', `${device}/settings/PROLOG_FREQ`, { value: 100 });
    expect([put.status, put.json]).toMatchObject([
      200,
      { value: 100, origin: 'device', group: null, overridden: [lab, shop, global, fallback] },
    ]);
    expect((await api('DELETE', `${device}/settings/PROLOG_FREQ`)).json).toMatchObject(shop);
    await api('DELETE', `/groups/${SHOP}/settings/PROLOG_FREQ`);
    expect((await api('DELETE', `/groups/${LAB}/settings/PROLOG_FREQ`)).json).toMatchObject(global);
    await api('DELETE', '/settings/PROLOG_FREQ');
    expect(await shown(device, 'PROLOG_FREQ')).toMatchObject(fallback);
  });

  it('are refused when they are for all devices only, bad, unknown, or of nobody', async () => {
    expect((await api('PUT', `${device}/settings/DOWNLOAD`, { value: false })).json).toMatchObject({
      status: 400,
      code: 'INVENTORY_SETTING_GLOBAL',
      detail: 'DOWNLOAD can be set for all devices together only.',
    });
    expect((await api('PUT', `/groups/${LAB}/settings/IPDISCOVER_SUBNET`, { value: '' })).json).toMatchObject(
      {
        code: 'INVENTORY_SETTING_GLOBAL',
        detail: 'IPDISCOVER_SUBNET can be set for single devices only.',
      },
    );
    expect((await api('PUT', `${device}/settings/FREQUENCY`, { value: -2 })).json).toMatchObject({
      code: 'INVENTORY_SETTING_INVALID',
      field: 'value',
    });
    expect((await api('DELETE', `${device}/settings/NO_SUCH`)).json).toMatchObject({
      code: 'INVENTORY_SETTING_NOT_FOUND',
    });
    for (const path of [`/devices/${NOBODY}`, `/groups/${NOBODY}`]) {
      const code = path.startsWith('/devices') ? 'INVENTORY_DEVICE_NOT_FOUND' : 'INVENTORY_GROUP_NOT_FOUND';
      expect((await api('GET', `${path}/settings`)).json).toMatchObject({ code });
      expect((await api('PUT', `${path}/settings/FREQUENCY`, { value: 1 })).json).toMatchObject({ code });
      expect((await api('DELETE', `${path}/settings/FREQUENCY`)).json).toMatchObject({ code });
    }
  });

  it('are recorded in the trail when somebody changes them', async () => {
    await api('PUT', `${device}/settings/FREQUENCY`, { value: 3 });
    await api('PUT', `${device}/settings/FREQUENCY`, { value: 5 });
    await api('DELETE', `${device}/settings/FREQUENCY`);
    const changes = await sql<{ payload: { action: string; detail: unknown } }>(
      `SELECT payload FROM outbox WHERE payload->>'action' LIKE 'device.setting.%'
       AND payload->'detail'->>'key' = 'FREQUENCY' ORDER BY id`,
    );
    expect(changes.map(({ payload: { action, detail } }) => [action, detail])).toEqual([
      ['device.setting.set', { key: 'FREQUENCY', value: 3 }],
      ['device.setting.set', { key: 'FREQUENCY', value: 5, before: '3' }],
      ['device.setting.reset', { key: 'FREQUENCY' }],
    ]);
  });

  it('say when its next inventory is due, and why', async () => {
    const plan = async (): Promise<unknown> => (await api('GET', `${device}/contact-plan`)).json;
    expect(await plan()).toMatchObject({
      nextInventory: 'at-next-contact',
      after: null,
      frequency: { days: 0, origin: 'default', group: null },
      reason: { en: expect.stringContaining('at each contact') as unknown },
    });
    await api('PUT', `/groups/${LAB}/settings/FREQUENCY`, { value: 7 });
    const due = (await plan()) as { after: string; lastInventoryAt: string; nextContactExpectedAt: string };
    expect(due).toMatchObject({
      nextInventory: 'after',
      frequency: { days: 7, origin: 'group', group: { id: LAB, name: 'Lab' } },
      reason: { fr: expect.stringContaining('du groupe Lab') as unknown },
    });
    expect(Date.parse(due.after)).toBeGreaterThan(Date.now() + 5 * 86_400_000);
    expect(Date.parse(due.nextContactExpectedAt)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await api('PUT', `${device}/settings/FREQUENCY`, { value: -1 });
    expect(await plan()).toMatchObject({
      nextInventory: 'never',
      after: null,
      frequency: { origin: 'device' },
    });
    await api('DELETE', `${device}/settings/FREQUENCY`);
    await api('DELETE', `/groups/${LAB}/settings/FREQUENCY`);
    expect((await api('GET', `/devices/${NOBODY}/contact-plan`)).status).toBe(404);
  });
});

describe('the settings of all devices', () => {
  it('are listed with their rules', async () => {
    const { items, total } = (await api('GET', '/settings')).json as { items: object[]; total: number };
    expect(total).toBe(SETTING_KEYS.length);
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'SCAN_TYPE_IPDISCOVER', choices: ['ICMP', 'NMAP', 'ARPSCAN'] }),
        expect.objectContaining({ key: 'FREQUENCY', inheritance: 'lowest', min: -1, choices: null }),
      ]),
    );
  });

  it('are refused with the reason for keys that OCS has and we do not', async () => {
    expect((await api('PUT', '/settings/LOGLEVEL', { value: 1 })).json).toMatchObject({
      status: 404,
      code: 'INVENTORY_SETTING_NOT_FOUND',
      detail: expect.stringContaining('LOGLEVEL is no setting here.') as unknown,
    });
  });
});

describe('a key of OCS that stands for several settings', () => {
  it('sets them all, is in the trail, and has no value of its own', async () => {
    const put = await api('PUT', '/settings/AUTO_DUPLICATE_LVL', { value: 7 });
    const { key, imported } = put.json as { key: string; imported: Shown[] };
    expect([put.status, key]).toEqual([200, 'AUTO_DUPLICATE_LVL']);
    expect(imported.length).toBeGreaterThan(3);
    const { items } = (await api('GET', '/settings')).json as { items: Shown[] };
    for (const one of imported) expect(items.find((item) => item.key === one.key)).toEqual(one);
    expect(items.some((item) => item.key === 'AUTO_DUPLICATE_LVL')).toBe(false);
    const trail = await sql(
      `SELECT FROM outbox WHERE payload->'detail'->>'importedFrom' = 'AUTO_DUPLICATE_LVL'`,
    );
    expect(trail.length).toBe(imported.length);
    expect((await api('PUT', '/settings/AUTO_DUPLICATE_LVL', { value: -1 })).json).toMatchObject({
      code: 'INVENTORY_SETTING_INVALID',
    });
    expect((await api('DELETE', '/settings/AUTO_DUPLICATE_LVL')).json).toMatchObject({
      code: 'INVENTORY_SETTING_NOT_FOUND',
    });
    for (const one of imported) await api('DELETE', `/settings/${one.key}`);
  });
});
