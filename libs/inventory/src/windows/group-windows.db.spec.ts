import type { PackagesForDeviceRequest } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { deviceIdFor, httpRequest, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { MaintenanceWindowStore } from './maintenance-window-store.js';

const asked: PackagesForDeviceRequest[] = [];
const program = useInventoryProgram({
  packagesForDevice: (request) => {
    asked.push(request);
    return Promise.resolve({ packages: [] });
  },
});
const { agent, api, findDevice } = program;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  program.app().get(DataSource, { strict: false }).query(text, values);
let seed = 700;

const NIGHT = { days: [1, 2, 3, 4, 5], from: '22:00', to: '04:00', zone: 'Europe/Paris' };
const SATURDAY = { days: [6], from: '10:00', to: '12:00', zone: 'UTC' };
const at = (moment: string): void => {
  vi.spyOn(program.app().get(Clock, { strict: false }), 'now').mockReturnValue(new Date(moment));
};

async function newDevice(): Promise<{ id: string; mayStart: () => Promise<boolean | undefined> }> {
  const caller = agent(deviceIdFor((seed += 1)));
  await caller.inventory(inventoryXml({ seed }));
  const { id } = await findDevice(caller.deviceId);
  const mayStart = async (): Promise<boolean | undefined> => {
    await caller.prolog();
    return asked.at(-1)?.mayStart;
  };
  return { id, mayStart };
}

async function newGroup(name: string, ...members: string[]): Promise<string> {
  const body = { name: `${name} ${uuidv7()}`, description: name, kind: 'static', deviceIds: members };
  return ((await api('POST', '/groups', body)).json as { id: string }).id;
}
const windowsOf = (group: string): string => `/groups/${group}/maintenance-windows`;
const remove = async (group: string): Promise<number> => {
  const url = `${program.base()}/api/v1${windowsOf(group)}`;
  return (await httpRequest(url, { method: 'DELETE', headers: { Authorization: 'Bearer t' } })).status;
};

beforeEach(() => {
  vi.restoreAllMocks();
  asked.length = 0;
});

describe('the maintenance windows of a group', () => {
  it('are none, are set, are shown with the next opening, and go again', async () => {
    at('2026-11-21T13:00:00Z');
    const group = await newGroup('shown');
    const none = { windows: [], open: true, nextOpening: null };
    expect((await api('GET', windowsOf(group))).json).toEqual(none);
    const set = { windows: [NIGHT, SATURDAY], open: false, nextOpening: '2026-11-23T21:00:00.000Z' };
    expect((await api('PUT', windowsOf(group), { windows: [NIGHT, SATURDAY] })).json).toEqual(set);
    expect((await api('GET', windowsOf(group))).json).toEqual(set);
    at('2026-11-21T11:59:59Z');
    expect((await api('GET', windowsOf(group))).json).toMatchObject({ open: true, nextOpening: null });
    expect(await remove(group)).toBe(204);
    expect((await api('GET', windowsOf(group))).json).toEqual(none);
    const audited = await sql<{ action: string; detail: Record<string, string> }>(
      `SELECT payload ->> 'action' AS action, payload -> 'detail' AS detail FROM outbox
       WHERE payload ->> 'subjectId' = $1 AND payload ->> 'action' LIKE 'group.windows.%' ORDER BY id`,
      [group],
    );
    expect(audited).toEqual([
      { action: 'group.windows.set', detail: { windows: JSON.stringify([NIGHT, SATURDAY]) } },
      {
        action: 'group.windows.remove',
        detail: { before: expect.stringContaining('Europe/Paris') as unknown },
      },
    ]);
  });

  it.each([
    ['no windows', { windows: [] }],
    ['a zone of nowhere', { windows: [{ ...NIGHT, zone: 'Europe/Atlantis' }] }],
    ['something else besides', { windows: [NIGHT], always: true }],
  ])('are refused with %s', async (_, body) => {
    const group = await newGroup('refused');
    expect((await api('PUT', windowsOf(group), body)).status).toBe(400);
    expect((await api('GET', windowsOf(group))).json).toMatchObject({ windows: [] });
  });

  it('are not found of a group that does not exist', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await api(
        method,
        windowsOf(uuidv7()),
        method === 'PUT' ? { windows: [NIGHT] } : undefined,
      );
      expect(answer.json).toMatchObject({ status: 404, code: 'INVENTORY_GROUP_NOT_FOUND' });
    }
  });
});

describe('a PROLOG', () => {
  it('may start packages while every group of the device that has windows has one open', async () => {
    const { id, mayStart } = await newDevice();
    expect(await mayStart()).toBe(true);
    const [nightly, weekly] = [await newGroup('nightly', id), await newGroup('weekly', id)];
    await newGroup('without windows', id);
    expect(await mayStart()).toBe(true);
    await api('PUT', windowsOf(nightly), { windows: [NIGHT] });
    at('2026-11-20T21:30:00Z');
    expect(await mayStart()).toBe(true);
    at('2026-11-21T10:30:00Z');
    expect(await mayStart()).toBe(false);
    await api('PUT', windowsOf(weekly), { windows: [SATURDAY] });
    expect(await mayStart()).toBe(false);
    await api('PUT', windowsOf(nightly), { windows: [NIGHT, { ...SATURDAY, from: '10:15' }] });
    expect(await mayStart()).toBe(true);
    await remove(weekly);
    await remove(nightly);
    at('2026-11-22T12:00:00Z');
    expect(await mayStart()).toBe(true);
  });

  it('does not heed the windows of a group that the device is kept out of', async () => {
    const { id, mayStart } = await newDevice();
    const group = await newGroup('kept out');
    await sql(`INSERT INTO group_member VALUES ($1, $2, 'excluded', now())`, [group, id]);
    await api('PUT', windowsOf(group), { windows: [SATURDAY] });
    at('2026-11-22T12:00:00Z');
    expect(await mayStart()).toBe(true);
  });

  it('starts nothing by windows that nobody can read', async () => {
    const { id, mayStart } = await newDevice();
    const group = await newGroup('broken', id);
    await sql(`UPDATE device_group SET maintenance_windows = '[{"days": "all"}]' WHERE id = $1`, [group]);
    program.app().get(MaintenanceWindowStore, { strict: false }).forget();
    expect(await mayStart()).toBe(false);
    await sql('UPDATE device_group SET maintenance_windows = NULL WHERE id = $1', [group]);
    program.app().get(MaintenanceWindowStore, { strict: false }).forget();
  });
});

describe('the contact plan of a device', () => {
  it('says which groups hold packages back, and until when', async () => {
    const { id } = await newDevice();
    const plan = async (): Promise<unknown> =>
      ((await api('GET', `/devices/${id}/contact-plan`)).json as { maintenance: unknown }).maintenance;
    expect(await plan()).toEqual({ open: true, groups: [], nextOpening: null });
    const [nightly, weekly] = [await newGroup('a plan', id), await newGroup('b plan', id)];
    await api('PUT', windowsOf(nightly), { windows: [{ ...NIGHT, days: [5] }] });
    await api('PUT', windowsOf(weekly), { windows: [{ ...SATURDAY, from: '02:00' }] });
    at('2026-11-21T10:30:00Z');
    expect(await plan()).toMatchObject({
      open: false,
      groups: [
        { id: nightly, open: false },
        { id: weekly, open: true },
      ],
      nextOpening: '2026-11-28T02:00:00.000Z',
    });
    await api('PUT', windowsOf(weekly), { windows: [SATURDAY] });
    expect(await plan()).toMatchObject({ open: false, nextOpening: null });
  });
});
