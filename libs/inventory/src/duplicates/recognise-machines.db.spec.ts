import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram, type Listed } from '../inventory-program.spec-support.js';
import { inventoryOf, machine, type Machine } from './machine.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });

async function send(sent: Machine): Promise<string | null> {
  const reply = await program.agent(sent.agent).inventory(inventoryOf(sent));
  expect(reply.status).toBe(200);
  return reply.response;
}

async function devices(text: string): Promise<Listed['items']> {
  const { json } = await program.api('POST', '/devices/search', { text });
  const hidden: { id: string }[] = await database().query(`SELECT id FROM device WHERE state <> 'active'`);
  return (json as Listed).items.filter(({ id }) => !hidden.some((one) => one.id === id));
}

function database(): DataSource {
  return program.app().get(DataSource, { strict: false });
}

async function device(text: string): Promise<Listed['items'][number]> {
  const found = await devices(text);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as Listed['items'][number];
}

async function software(deviceId: string): Promise<string[]> {
  const { json } = await program.api('GET', `/devices/${deviceId}/sections/SOFTWARES`);
  return (json as { items: { NAME: string }[] }).items.map(({ NAME }) => NAME).sort();
}

async function listed<Item>(path: string): Promise<Item[]> {
  const { status, json } = await program.api('GET', path);
  expect(status).toBe(200);
  return (json as { items: Item[] }).items;
}

interface Pair {
  id: string;
  score: number;
  older: { id: string; name: string };
  newer: { id: string; name: string };
  reasons: { criterion: string; text: { en: string; fr: string } }[];
}

interface Merge {
  id: string;
  survivor: { id: string };
  absorbed: { id: string; agentDeviceId: string };
  cause: string;
  undoneAt: string | null;
}

async function pairsOf(...ids: string[]): Promise<Pair[]> {
  const pairs = await listed<Pair>('/duplicates?limit=500');
  return pairs.filter(({ older, newer }) => ids.includes(older.id) || ids.includes(newer.id));
}

function mergesOf(id: string): Promise<Merge[]> {
  return listed<Merge>(`/merges?deviceId=${id}`);
}

describe('a machine', () => {
  it('keeps its id, TAG and history when it is renamed and its agent makes itself another id', async () => {
    const before = machine(1, { tag: 'Lyon' });
    await send(before);
    const { id } = await device(before.agent);
    const after = machine(1, { name: 'WS-RENAMED', software: ['Firefox', 'Inkscape'] });
    expect(await send(after)).toBe('ACCOUNT_UPDATE');
    expect(await device(after.agent)).toMatchObject({ id, name: 'WS-RENAMED', tag: 'Lyon' });
    expect(await devices(before.agent)).toEqual([]);
    expect(await software(id)).toEqual(['Firefox', 'Inkscape']);
    expect(await mergesOf(id)).toMatchObject([{ cause: 'detected', survivor: { id }, undoneAt: null }]);
  });

  it('stays one when its agent is installed again, however often, and when both agents call in turn', async () => {
    await send(machine(2));
    const { id } = await device(machine(2).agent);
    for (let year = 1; year <= 8; year++)
      await send(machine(2, { agent: `WS-000002-203${year}-01-01-00-00-00` }));
    expect(await device('WS-000002')).toMatchObject({ id, agentDeviceId: 'WS-000002-2038-01-01-00-00-00' });
    await send(machine(2, { agent: 'WS-000002-2033-01-01-00-00-00', software: ['Vim'] }));
    expect(await device('WS-000002')).toMatchObject({ id, agentDeviceId: 'WS-000002-2033-01-01-00-00-00' });
    expect(await software(id)).toEqual(['Vim']);
  });

  it('stays one with another mainboard, by its agent’s id or because the agent says what it was', async () => {
    await send(machine(3));
    const { id } = await device(machine(3).agent);
    const { serial, uuid, adapters } = machine(1003);
    await send(machine(3, { serial, uuid, adapters, assetTag: '' }));
    expect((await device('WS-000003')).id).toBe(id);
    const renewed = machine(2003, { name: 'WS-000003', agent: 'WS-000003-2027-01-01-00-00-00' });
    await send({ ...renewed, oldDeviceId: machine(3).agent });
    expect(await device('WS-000003')).toMatchObject({ id, agentDeviceId: renewed.agent });
    expect(await mergesOf(id)).toMatchObject([{ cause: 'declared' }]);
    await send({ ...renewed, oldDeviceId: machine(3).agent });
    expect(await mergesOf(id)).toHaveLength(1);
  });

  it('is two when its disk was copied, with a pair to decide; also when the copy says that it was the original', async () => {
    await send(machine(4));
    const { id } = await device('WS-000004');
    const copy = { name: 'WS-COPY-4', serial: machine(4).serial, uuid: machine(4).uuid, assetTag: '' };
    await send(machine(1004, { ...copy, oldDeviceId: machine(4).agent }));
    const other = await device('WS-COPY-4');
    expect(other.id).not.toBe(id);
    expect((await device('WS-000004')).id).toBe(id);
    const [pair, ...none] = await pairsOf(id, other.id);
    expect(none).toEqual([]);
    expect(pair).toMatchObject({ score: 185, older: { id }, newer: { id: other.id } });
    expect(pair?.reasons.map(({ criterion }) => criterion)).toEqual([
      ...['declared', 'uuid', 'serial', 'model', 'contradiction'],
    ]);
    expect(pair?.reasons[2]?.text).toEqual({
      en: `Same serial number: ${machine(4).serial} (40 points)`,
      fr: `Même numéro de série : ${machine(4).serial} (40 points)`,
    });
    await send(machine(4, { software: ['Still alive'] }));
    await send(machine(1004, { ...copy, serial: 'NEW-BOARD-1', uuid: '' }));
    expect(await pairsOf(id, other.id)).toEqual([]);
  });

  it('is no other machine because of a dock that forty share, or a serial number that says nothing', async () => {
    const dock: [string, string] = ['C8:F7:50:00:00:01', 'Dell Giga Ethernet'];
    const laptops = Array.from({ length: 40 }, (_, i) =>
      machine(5000 + i, { adapters: [...machine(5000 + i).adapters, dock], tag: 'docked' }),
    );
    for (const laptop of laptops) await send(laptop);
    const found = await devices('docked');
    expect(found).toHaveLength(40);
    expect(await pairsOf(...found.map(({ id }) => id))).toEqual([]);
    for (const number of [6, 7])
      await send(
        machine(number, {
          name: 'VM',
          agent: `VM-2026-01-01-00-00-0${number}`,
          serial: 'None',
          uuid: 'N/A',
          tag: 'vms',
        }),
      );
    expect(await devices('vms')).toHaveLength(2);
  });

  it('is two again when a machine calls that was taken for another one', async () => {
    await send(machine(8));
    const { id } = await device('WS-000008');
    const board = machine(1008, { name: 'WS-000008', agent: 'WS-000008-2027-01-01-00-00-00', tag: 'x' });
    await send({ ...board, oldDeviceId: machine(8).agent, software: ['Of the copy'] });
    expect(await device('WS-000008')).toMatchObject({ id, agentDeviceId: board.agent });
    await send(machine(8));
    expect(await device(machine(8).agent)).toMatchObject({ id });
    const other = await device(board.agent);
    expect(other.id).not.toBe(id);
    expect([await software(id), await software(other.id)]).toEqual([
      ['Firefox', 'Tool 000008'],
      ['Of the copy'],
    ]);
    expect(await mergesOf(id)).toMatchObject([{ undoneBy: null, undoneAt: expect.any(String) as unknown }]);
    await send({ ...board, oldDeviceId: machine(8).agent, software: ['Later'] });
    expect((await device(board.agent)).id).toBe(other.id);
  });

  it('is told apart also from what another one has become since', async () => {
    await send(machine(12));
    const { id } = await device('WS-000012');
    const board = machine(1012, { name: 'WS-000012', agent: 'WS-000012-2027-01-01-00-00-00' });
    await send({ ...board, oldDeviceId: machine(12).agent });
    await send({ ...board, agent: 'WS-000012-2028-01-01-00-00-00', software: ['Third'] });
    expect(await device('WS-000012')).toMatchObject({ id, agentDeviceId: 'WS-000012-2028-01-01-00-00-00' });
    await send(machine(12, { software: ['First'] }));
    expect((await device(machine(12).agent)).id).toBe(id);
    const other = await device('WS-000012-2028');
    expect([await software(id), await software(other.id)]).toEqual([['First'], ['Third']]);
    expect(await devices('WS-000012')).toHaveLength(2);
  });

  it('is not split because somebody has merged it with another one', async () => {
    await send(machine(13));
    await send(machine(13, { agent: 'WS-000013-2027-01-01-00-00-00' }));
    await send(machine(14));
    const [first, second] = [await device('WS-000013'), await device('WS-000014')];
    const { json } = await program.api('POST', '/merges', { deviceIds: [first.id, second.id] });
    await send(machine(13, { software: ['Same machine'] }));
    expect(await device('WS-000013')).toMatchObject({ id: first.id, agentDeviceId: machine(13).agent });
    expect((await mergesOf(first.id)).every(({ undoneAt }) => undoneAt === null)).toBe(true);
    await program.api('POST', `/merges/${(json as Merge).id}/undo`);
    expect((await device('WS-000013')).id).toBe(first.id);
    expect((await device('WS-000014')).id).toBe(second.id);
    expect(await software(first.id)).toEqual(['Same machine']);
  });

  it('comes back under its id when it was deleted and calls', async () => {
    await send(machine(9, { tag: 'kept' }));
    const { id } = await device('WS-000009');
    expect((await program.api('DELETE', `/devices/${id}`)).status).toBe(200);
    await send(machine(9));
    expect(await device('WS-000009')).toMatchObject({ id, tag: 'kept' });
  });

  it('is recognised by what its own next inventories say', async () => {
    await send(machine(10));
    await send(machine(11, { name: 'WS-000010', agent: 'WS-000010-2027-01-01-00-00-00' }));
    const [first] = (await devices('WS-000010')).filter(({ agentDeviceId }) =>
      agentDeviceId.includes('2026'),
    );
    expect(await devices('WS-000010')).toHaveLength(2);
    await send(machine(10, { agent: 'WS-000010-2027-01-01-00-00-00', software: ['Now the same'] }));
    const merged = await device('WS-000010');
    expect(merged.id).toBe(first?.id);
    expect(await software(merged.id)).toEqual(['Now the same']);
  });
});

describe('what machines are recognised by', () => {
  it('is in the index for devices that can be found, and for no others', async () => {
    const stray: unknown[] = await database().query(
      `SELECT k.key, d.state FROM device_identity_key k LEFT JOIN device d ON d.id = k.device_id
         WHERE d.id IS NULL OR d.state NOT IN ('active', 'archived')`,
    );
    expect(stray).toEqual([]);
  });
});
