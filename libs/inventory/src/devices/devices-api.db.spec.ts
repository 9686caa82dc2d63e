import { inventoryRpc, type InventoryRpc } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { encodeCursor } from '@entrepot/platform-http';
import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram, type Listed } from '../inventory-program.spec-support.js';
import { SETTING_KEYS } from '../settings/settings.registry.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;

describe('the REST API', () => {
  it('refuses bad settings by name and rule, and unknown ones', async () => {
    expect((await api('PUT', '/settings/PROLOG_FREQ', { value: 0 })).json).toMatchObject({
      code: 'INVENTORY_SETTING_INVALID',
      field: 'value',
    });
    expect((await api('PUT', '/settings/NO_SUCH', { value: 0 })).status).toBe(404);
    expect((await api('PUT', '/settings/DOWNLOAD', { value: 'yes' })).status).toBe(400);
    expect((await api('GET', '/settings')).json).toMatchObject({
      total: SETTING_KEYS.length,
      next: null,
    });
  });

  it('sends a TAG set on the server to the agent, records the change, and never takes the agent’s again', async () => {
    const tagged = agent(deviceIdFor(2));
    expect((await tagged.inventory(inventoryXml({ seed: 2, tag: 'mine' }))).response).toBe(
      'NO_ACCOUNT_UPDATE',
    );
    const { id } = await findDevice(tagged.deviceId);
    const set = await api('PUT', `/devices/${id}/account-fields`, { TAG: 'Lyon' });
    expect([set.status, set.json]).toEqual([200, { TAG: 'Lyon' }]);
    const reply = await tagged.inventory(inventoryXml({ seed: 2, tag: 'mine' }));
    expect([reply.response, reply.accountInfo]).toEqual(['ACCOUNT_UPDATE', { TAG: 'Lyon' }]);
    expect((await tagged.inventory(inventoryXml({ seed: 2, tag: 'Lyon' }))).response).toBe(
      'NO_ACCOUNT_UPDATE',
    );
    expect((await api('PUT', `/devices/${id}/account-fields`, { COLOUR: 'red' })).json).toMatchObject({
      code: 'INVENTORY_ACCOUNT_FIELD_UNKNOWN',
      field: 'COLOUR',
    });
    for (const value of ['a\u0000b', 'a\u0001b', 'a\nb', 'a\ufffe', 'a\ud800']) {
      expect((await api('PUT', `/devices/${id}/account-fields`, { TAG: value })).json).toMatchObject({
        status: 400,
        detail: expect.stringContaining('TAG: must not have control characters') as unknown,
      });
    }
    const audits: { payload: { detail: unknown } }[] = await program
      .app()
      .get(DataSource, { strict: false })
      .query(`SELECT payload FROM outbox WHERE subject LIKE '%audit%' AND payload->>'subjectId' = $1`, [id]);
    expect(audits.map(({ payload }) => payload.detail)).toEqual([{ TAG: 'Lyon', 'TAG.before': 'mine' }]);
  });

  it('pages through devices by name and takes search text literally', async () => {
    for (const seed of [31, 32, 33])
      await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed, tag: '50%_off' }));
    const first = (await api('POST', '/devices/search', { text: '%_OFF', limit: 2 })).json as Listed;
    const second = (await api('POST', '/devices/search', { text: '%_OFF', limit: 2, cursor: first.next }))
      .json as Listed;
    expect([first.total, first.items.length, second.items.length, second.next]).toEqual([3, 2, 1, null]);
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect((await api('POST', '/devices/search', { text: '5__' })).json).toMatchObject({ total: 0 });
    const ids = first.items.map(({ id }) => id);
    expect((await api('POST', '/devices/search', { deviceIds: ids, tag: '50%_off' })).json).toMatchObject({
      total: 2,
    });
    for (const cursor of ['zzz', encodeCursor(['a\0b', ids[0]])]) {
      expect((await api('POST', '/devices/search', { cursor })).json).toMatchObject({
        status: 400,
        code: 'HTTP_CURSOR_INVALID',
      });
    }
  });

  it('lists the rows of a section page by page, software with its details', async () => {
    await agent(deviceIdFor(4)).inventory(inventoryXml({ seed: 4, softwares: 5 }));
    const { id } = await findDevice(deviceIdFor(4));
    const page = (await api('GET', `/devices/${id}/sections/softwares?limit=3`)).json as {
      items: Record<string, unknown>[];
      total: number;
      next: string;
    };
    const rest = (await api('GET', `/devices/${id}/sections/SOFTWARES?limit=3&cursor=${page.next}`))
      .json as typeof page;
    expect([page.total, page.items.length, rest.items.length, rest.next]).toEqual([5, 3, 2, null]);
    for (const row of [...page.items, ...rest.items])
      expect(row.FOLDER).toBe(`C:\\Program Files\\${String(row.NAME)}`);
    expect((await api('GET', `/devices/${id}/sections/NETWORKS`)).json).toMatchObject({ next: null });
    expect((await api('GET', `/devices/${id}/sections/NOTHING`)).json).toEqual({
      items: [],
      total: 0,
      next: null,
    });
  });

  it('answers 404 with a stable code for a device that does not exist', async () => {
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    for (const path of ['', '/sections/BIOS']) {
      expect((await api('GET', `/devices/${nobody}${path}`)).json).toMatchObject({
        code: 'INVENTORY_DEVICE_NOT_FOUND',
      });
    }
    expect((await api('PUT', `/devices/${nobody}/account-fields`, { TAG: 'x' })).status).toBe(404);
  });
});

describe('inventoryRpc.resolveTargets', () => {
  it('answers the devices that exist, with their names, and leaves the others out', async () => {
    await agent(deviceIdFor(5)).inventory(inventoryXml({ seed: 5 }));
    const { id, name } = await findDevice(deviceIdFor(5));
    const rpc = program.app().get<InventoryRpc>(inventoryRpc.token, { strict: false });
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    const asked = [id, id, nobody, 'no uuid'] as DeviceId[];
    expect(await rpc.resolveTargets({ deviceIds: asked, groupIds: [], searchIds: [] })).toMatchObject({
      devices: [{ deviceId: id, name }],
    });
    expect(await rpc.resolveTargets({ deviceIds: [], groupIds: [], searchIds: [] })).toMatchObject({
      devices: [],
    });
  });
});
