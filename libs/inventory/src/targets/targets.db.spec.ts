import type { MembersReply } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { FieldValueDictionary } from '../search/field-value-dictionary.js';
import { storeTrialDevice } from '../search/trial-device.spec-support.js';
import { InventoryRpcController } from './inventory-rpc.controller.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  program.app().get(DataSource, { strict: false }).query(text, values);
const rpc = (): InventoryRpcController => program.app().get(InventoryRpcController, { strict: false });

async function newDevice(
  name: string,
  osName = 'Debian GNU/Linux 12',
  tag: string | null = null,
): Promise<DeviceId> {
  const id = await storeTrialDevice(
    program.app().get(DataSource, { strict: false }),
    program.app().get(FieldValueDictionary, { strict: false }),
    { name, tag, osName, contactDaysAgo: 0, sections: {}, software: [] },
  );
  return id as DeviceId;
}

async function newGroup(
  name: string,
  members: Record<string, 'matched' | 'included' | 'excluded'>,
): Promise<string> {
  const id = uuidv7();
  await sql(
    `INSERT INTO device_group (id, name, description, kind, created_at, created_by, definition_changed_at)
     VALUES ($1, $2, '', 'static', now(), 'admin', now())`,
    [id, name],
  );
  for (const [device, origin] of Object.entries(members))
    await sql('INSERT INTO group_member VALUES ($1, $2, $3, now())', [id, device, origin]);
  return id;
}

const setting = (owner: 'device' | 'group', id: string, key: string, value: unknown): Promise<unknown> =>
  sql(`INSERT INTO ${owner}_setting VALUES ($1, $2, $3, now())`, [id, key, JSON.stringify(value)]);
const idsOf = ({ members }: MembersReply): string[] => members.map(({ deviceId }) => deviceId);
const DEFAULT_PACE = {
  ...{ on: true, cycleLatency: 60, fragLatency: 10, periodLatency: 1, periodLength: 10, timeoutDays: 30 },
};

describe('resolveTargets', () => {
  it('tells which devices are there, what they run and how they download, in the order of names', async () => {
    const [b, a, archived] = [
      await newDevice('resolve-b', 'Microsoft Windows 11 Pro'),
      await newDevice('resolve-a', ''),
      await newDevice('resolve-c'),
    ];
    await sql(`UPDATE device SET state = 'archived' WHERE id = $1`, [archived]);
    const { devices, sets } = await rpc().resolveTargets({
      deviceIds: [b, a, b, archived, uuidv7() as DeviceId, 'x' as DeviceId],
      groupIds: [],
      searchIds: [],
    });
    expect(devices).toEqual([
      { deviceId: a, name: 'resolve-a', operatingSystem: '', pace: DEFAULT_PACE },
      { deviceId: b, name: 'resolve-b', operatingSystem: 'windows', pace: DEFAULT_PACE },
    ]);
    expect(sets).toEqual([]);
  });

  it('goes by the settings of the device before those of its groups before those of all', async () => {
    const [own, grouped, kept, never] = [
      await newDevice('pace-1'),
      await newDevice('pace-2'),
      await newDevice('pace-3'),
      await newDevice('pace-4'),
    ];
    const slow = await newGroup('slow', { [own]: 'included', [grouped]: 'matched', [kept]: 'excluded' });
    const slower = await newGroup('slower', { [own]: 'included', [grouped]: 'included' });
    await setting('group', slow, 'DOWNLOAD_CYCLE_LATENCY', 100);
    await setting('group', slower, 'DOWNLOAD_CYCLE_LATENCY', 200);
    await setting('group', slower, 'DOWNLOAD_SWITCH', false);
    await setting('device', own, 'DOWNLOAD_CYCLE_LATENCY', 5);
    await setting('device', own, 'DOWNLOAD_SWITCH', true);
    await setting('device', never, 'FREQUENCY', -1);
    await api('PUT', '/settings/DOWNLOAD_PERIOD_LENGTH', { value: 7 });
    await api('PUT', `/groups/${slow}/settings/DOWNLOAD_TIMEOUT`, { value: 9 });
    const { devices } = await rpc().resolveTargets({
      deviceIds: [own, grouped, kept, never],
      groupIds: [],
      searchIds: [],
    });
    await api('PUT', '/settings/DOWNLOAD_PERIOD_LENGTH', { value: 10 });
    const paces = devices.map(({ pace }) => pace);
    expect(paces).toEqual([
      { ...DEFAULT_PACE, periodLength: 7, cycleLatency: 5, timeoutDays: 9 },
      { ...DEFAULT_PACE, periodLength: 7, cycleLatency: 200, timeoutDays: 9, on: false },
      { ...DEFAULT_PACE, periodLength: 7 },
      { ...DEFAULT_PACE, periodLength: 7, on: false },
    ]);
  });

  it('tells which groups and saved searches are there', async () => {
    const group = await newGroup('a set', {});
    const { json } = await api('POST', '/searches', { name: 'saved', search: { text: 'x' } });
    const search = (json as { id: string }).id;
    const request = { deviceIds: [], groupIds: [group, search, 'x'], searchIds: [search, group] };
    expect(await rpc().resolveTargets(request)).toEqual({
      devices: [],
      sets: [
        { kind: 'group', id: group, name: 'a set' },
        { kind: 'search', id: search, name: 'saved' },
      ],
    });
  });

  it('answers for a thousand devices at once', async () => {
    await sql(
      `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
       SELECT gen_random_uuid(), 'mass-' || n, 'mass', 'Linux', '', '', '{}', now() FROM generate_series(1, 1000) g (n)`,
    );
    const rows = await sql<{ id: DeviceId }>(`SELECT id FROM device WHERE name = 'mass'`);
    const { devices } = await rpc().resolveTargets({
      deviceIds: rows.map(({ id }) => id),
      groupIds: [],
      searchIds: [],
    });
    expect(devices.length).toBe(1000);
    await sql(`DELETE FROM device WHERE name = 'mass'`);
  });
});

describe('members', () => {
  it('are the active devices of a group, page by page in the order of ids', async () => {
    const ids = [];
    for (const n of [1, 2, 3, 4, 5]) ids.push(await newDevice(`member-${6 - n}`));
    const [one = '', two = '', out = '', gone = '', last = ''] = ids;
    const group = await newGroup('paged', {
      ...{ [last]: 'included', [one]: 'matched', [two]: 'included', [out]: 'excluded', [gone]: 'matched' },
    });
    await sql(`UPDATE device SET state = 'deleted' WHERE id = $1`, [gone]);
    const page = (after: string, limit: number): Promise<MembersReply> =>
      rpc().members({ kind: 'group', id: group, after, limit });
    const first = await page('', 2);
    expect(first).toMatchObject({
      exists: true,
      members: [{ name: 'member-5', operatingSystem: 'linux', pace: DEFAULT_PACE }, {}],
    });
    expect(idsOf(first)).toEqual([one, two]);
    expect(idsOf(await page(two, 2))).toEqual([last]);
    expect(await page(last, 2)).toEqual({ exists: true, members: [] });
    expect(idsOf(await page('', 99_999))).toEqual([one, two, last]);
  });

  it('are those that a saved search finds, and only active ones', async () => {
    const [a, b] = [
      await newDevice('searched-1', 'Linux', 'Lyon'),
      await newDevice('searched-2', 'Linux', 'Lyon'),
    ];
    const gone = await newDevice('searched-3', 'Linux', 'Lyon');
    await sql(`UPDATE device SET state = 'archived' WHERE id = $1`, [gone]);
    await newDevice('searched-4', 'Linux', 'Paris');
    const criteria = { device: 'osName', operator: 'equal', value: 'linux' };
    const save = async (search: unknown): Promise<string> => {
      const { json } = await api('POST', '/searches', { name: uuidv7(), search });
      return (json as { id: string }).id;
    };
    const inLyon = await save({ text: 'searched', tag: 'Lyon', criteria });
    const archived = await save({ tag: 'Lyon', state: 'archived' });
    const ask = (id: string, after = '', limit = 1_000): Promise<MembersReply> =>
      rpc().members({ kind: 'search', id, after, limit });
    expect(idsOf(await ask(inLyon))).toEqual([a, b]);
    expect(idsOf(await ask(inLyon, '', 1))).toEqual([a]);
    expect(idsOf(await ask(inLyon, a, 1))).toEqual([b]);
    expect(await ask(archived)).toEqual({ exists: true, members: [] });
  });

  it.each(['group', 'search'] as const)('are nobody of a %s that does not exist', async (kind) => {
    for (const id of [uuidv7(), 'x'])
      expect(await rpc().members({ kind, id, after: '', limit: 10 })).toEqual({ exists: false, members: [] });
  });
});

describe('packageBreakdown', () => {
  const packageId = uuidv7();
  const give = async (device: string, state: string, of = packageId): Promise<void> => {
    await sql(
      `INSERT INTO device_delivery (device_id, assignment_id, package_id, file_id, attempt, state, changed_at, delivery_id)
       VALUES ($1, gen_random_uuid(), $2, '1700000000', 1, $3, now(), gen_random_uuid())`,
      [device, of, state],
    );
  };

  beforeAll(async () => {
    const [a, b, c, d] = [
      await newDevice('broken-1', 'Microsoft Windows 10 Pro', 'Lyon'),
      await newDevice('broken-2', 'Microsoft Windows 11 Pro', 'Lyon'),
      await newDevice('broken-3', 'Ubuntu 24.04'),
      await newDevice('broken-4', 'Minix'),
    ];
    await newGroup('both', { [a]: 'included', [b]: 'matched', [c]: 'excluded' });
    await newGroup('one', { [a]: 'included' });
    await give(a, 'succeeded');
    await give(b, 'succeeded');
    await give(c, 'failed');
    await give(d, 'waiting');
    await give(d, 'failed', uuidv7());
  });

  it('counts by operating system, TAG and group, and by state', async () => {
    const { rows } = await rpc().packageBreakdown({ packageId });
    const lines = rows.map(({ dimension, value, state, count }) => `${dimension} ${value} ${state} ${count}`);
    expect(lines.sort()).toEqual([
      ...['group both succeeded 2', 'group one succeeded 1'],
      ...[
        'operatingSystem  waiting 1',
        'operatingSystem linux failed 1',
        'operatingSystem windows succeeded 2',
      ],
      ...['tag  failed 1', 'tag  waiting 1', 'tag Lyon succeeded 2'],
    ]);
  });

  it('tells the two hundred TAGs that most devices have', async () => {
    const many = uuidv7();
    await sql(
      `WITH made AS (
         INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
         SELECT gen_random_uuid(), 'tagged-' || n, 'tagged', '', '', '', jsonb_build_object('TAG', 'T' || n / 2), now()
         FROM generate_series(1, 500) g (n) RETURNING id
       )
       INSERT INTO device_delivery (device_id, assignment_id, package_id, file_id, attempt, state, changed_at, delivery_id)
       SELECT id, gen_random_uuid(), $1, '1700000000', 1, 'waiting', now(), gen_random_uuid() FROM made`,
      [many],
    );
    const { rows } = await rpc().packageBreakdown({ packageId: many });
    const tags = rows.filter(({ dimension }) => dimension === 'tag');
    expect(tags.length).toBe(200);
    expect(tags.every(({ count }) => count === 2)).toBe(true);
  });

  it('is empty for a package that nobody has', async () => {
    for (const nobodys of [uuidv7(), 'x'])
      expect(await rpc().packageBreakdown({ packageId: nobodys })).toEqual({ rows: [] });
  });
});
