import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { inventoryOf, machine, type Machine } from './machine.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;

const PACKAGE = '0195d0a0-0000-7000-8000-00000000aaaa';
const ASSIGNMENT = '0195d0a0-0000-7000-8000-00000000bbbb';

function sql<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, parameters);
}

/** Sends an inventory and answers the device that it belongs to. */
async function send(sent: Machine): Promise<string> {
  expect((await program.agent(sent.agent).inventory(inventoryOf(sent))).status).toBe(200);
  const [row] = await sql<{ id: string }>('SELECT id FROM device WHERE lower(agent_device_id) = lower($1)', [
    sent.agent,
  ]);
  return row?.id ?? '';
}

interface Stored {
  state: string;
  mergedInto: string | null;
  agentDeviceId: string;
  name: string;
  software: string[];
  settings: string[];
  groups: string[];
  results: string[];
  deliveries: number;
}

async function stored(id: string): Promise<Stored | undefined> {
  const rows = await sql<Stored>(
    `SELECT d.state, d.merged_into AS "mergedInto", d.agent_device_id AS "agentDeviceId", d.name,
       (SELECT array_agg(s.name ORDER BY s.name) FROM device_software w JOIN software s ON s.id = ANY(w.software_ids)
          WHERE w.device_id = d.id) AS software,
       ARRAY(SELECT key || '=' || value::text FROM device_setting WHERE device_id = d.id ORDER BY 1) AS settings,
       ARRAY(SELECT g.name || ':' || m.origin FROM group_member m JOIN device_group g ON g.id = m.group_id
          WHERE m.device_id = d.id ORDER BY 1) AS groups,
       ARRAY(SELECT file_id FROM download_result WHERE device_id = d.id ORDER BY 1) AS results,
       (SELECT count(*)::int FROM device_delivery WHERE device_id = d.id) AS deliveries
     FROM device d WHERE d.id = $1`,
    [id],
  );
  return rows[0];
}

async function group(name: string, members: [deviceId: string, origin: string][]): Promise<void> {
  const [row] = await sql<{ id: string }>(
    `INSERT INTO device_group (id, name, description, kind, criteria, created_at, created_by, definition_changed_at)
     VALUES (gen_random_uuid(), $1, '', 'dynamic', '{"all":[]}', now(), 'admin', now()) RETURNING id`,
    [name],
  );
  for (const [deviceId, origin] of members)
    await sql('INSERT INTO group_member VALUES ($1, $2, $3, now())', [row?.id, deviceId, origin]);
}

async function setting(deviceId: string, key: string, value: number): Promise<void> {
  await sql('INSERT INTO device_setting VALUES ($1, $2, $3, now())', [deviceId, key, JSON.stringify(value)]);
}

function events(subject: string, deviceId: string): Promise<{ payload: Record<string, unknown> }[]> {
  return sql(`SELECT payload FROM outbox WHERE subject LIKE $1 AND payload->>'deviceId' = $2 ORDER BY id`, [
    `%${subject}%`,
    deviceId,
  ]);
}

async function audits(subjectId: string): Promise<string[]> {
  const rows = await sql<{ action: string }>(
    `SELECT payload->>'action' AS action FROM outbox WHERE subject LIKE '%audit%' AND payload->>'subjectId' = $1
     ORDER BY id`,
    [subjectId],
  );
  return rows.map(({ action }) => action);
}

async function twoDevices(number: number): Promise<[older: string, newer: string]> {
  const older = await send(machine(number, { tag: 'old', software: ['Old'] }));
  const newer = await send(machine(1000 + number, { tag: 'new', software: ['New'] }));
  await setting(older, 'PROLOG_FREQ', 1);
  await setting(newer, 'PROLOG_FREQ', 2);
  await setting(newer, 'FREQUENCY', 3);
  await group(`both ${number}`, [
    [older, 'matched'],
    [newer, 'excluded'],
  ]);
  await group(`one ${number}`, [[newer, 'included']]);
  await group(`auto ${number}`, [[newer, 'matched']]);
  await sql(`INSERT INTO download_result VALUES ($1, '1234567890', now()), ($2, '1234567890', now())`, [
    older,
    newer,
  ]);
  await sql(`INSERT INTO download_result VALUES ($1, '1234567891', now())`, [newer]);
  await sql(
    `INSERT INTO device_delivery VALUES ($1, $2, $3, '1234567890', 1, 'waiting', NULL, now(), gen_random_uuid())`,
    [...[newer, ASSIGNMENT, PACKAGE]],
  );
  return [older, newer];
}

describe('a merge that somebody makes', () => {
  it('can be seen before, moves what the device has of its own, and is undone without loss', async () => {
    const [older, newer] = await twoDevices(1);
    const [olderBefore, newerBefore] = [await stored(older), await stored(newer)];
    const preview = await api('POST', '/merges/preview', { deviceIds: [newer, older] });
    expect([preview.status, preview.json]).toMatchObject([
      200,
      {
        survivor: { id: older, tag: 'old' },
        absorbed: { id: newer, tag: 'new' },
        contentsFrom: newer,
        agentDeviceId: machine(1001).agent,
        score: 5,
        moves: { settings: ['FREQUENCY'], results: 2, deliveries: 1 },
        differences: { accountFields: [{ field: 'TAG', survivor: 'old', absorbed: 'new' }] },
      },
    ]);
    expect(await stored(newer)).toEqual(newerBefore);

    const merged = await api('POST', '/merges', { deviceIds: [newer, older] });
    expect([merged.status, merged.json]).toMatchObject([
      201,
      {
        survivor: { id: older, agentDeviceId: machine(1001).agent, name: 'WS-001001', tag: 'old' },
        absorbed: { id: newer, agentDeviceId: machine(1).agent, state: 'merged' },
        cause: 'manual',
        mergedBy: 'admin',
        moved: { settings: ['FREQUENCY'], results: ['1234567891'], deliveries: [ASSIGNMENT] },
        undoneAt: null,
      },
    ]);
    expect(await stored(older)).toEqual({
      state: 'active',
      mergedInto: null,
      agentDeviceId: machine(1001).agent,
      name: 'WS-001001',
      software: ['New'],
      settings: ['FREQUENCY=3', 'PROLOG_FREQ=1'],
      groups: ['both 1:excluded', 'one 1:included'],
      results: ['1234567890', '1234567891'],
      deliveries: 1,
    });
    expect(await stored(newer)).toMatchObject({ state: 'merged', mergedInto: older, software: ['Old'] });
    const { id } = merged.json as { id: string };
    expect((await events('device.merged', older)).map(({ payload }) => payload)).toMatchObject([
      { mergeId: id, absorbedId: newer, cause: 'manual', agentDeviceId: machine(1001).agent },
    ]);
    expect((await events('member-removed', older)).map(({ payload }) => payload)).toMatchObject([
      { groupName: 'both 1' },
    ]);
    expect((await events('member-removed', newer)).map(({ payload }) => payload.groupName).sort()).toEqual([
      ...['auto 1', 'one 1'],
    ]);

    expect(await send(machine(1001, { tag: 'old', software: ['Newest'] }))).toBe(older);
    const undone = await api('POST', `/merges/${id}/undo`);
    expect([undone.status, undone.json]).toMatchObject([
      200,
      { undoneBy: 'admin', absorbed: { state: 'active' } },
    ]);
    expect(await stored(older)).toEqual(olderBefore);
    expect(await stored(newer)).toEqual({
      ...newerBefore,
      software: ['Newest'],
      groups: ['both 1:excluded', 'one 1:included'],
    });
    expect((await events('device.restored', newer)).map(({ payload }) => payload)).toMatchObject([
      { reason: 'unmerged', mergeId: id, survivorId: older },
    ]);
    expect((await api('POST', `/merges/${id}/undo`)).json).toMatchObject({ code: 'INVENTORY_MERGE_UNDONE' });
    expect(await audits(older)).toEqual(['device.merge', 'device.undo-merge']);
    expect(await send(machine(1))).toBe(older);
    expect(await send(machine(1001))).toBe(newer);
  });

  it('lets either agent go on with the survivor', async () => {
    const [older, newer] = await twoDevices(2);
    await api('POST', '/merges', { deviceIds: [older, newer], survivorId: newer });
    expect(await send(machine(2, { software: ['From the first'] }))).toBe(newer);
    expect(await stored(newer)).toMatchObject({ state: 'active', software: ['From the first'] });
    expect(await send(machine(1002, { software: ['From the second'] }))).toBe(newer);
    const { json } = await api('GET', `/merges?deviceId=${older}`);
    const [merge] = (json as { items: { id: string }[] }).items;
    await api('POST', `/merges/${merge?.id ?? ''}/undo`);
    expect(await stored(older)).toMatchObject({ state: 'active', software: ['From the first'] });
    expect(await stored(newer)).toMatchObject({ state: 'active', software: ['From the second'] });
  });

  it('is undone out of order, and later ones stand', async () => {
    const [a, b, c] = [await send(machine(31)), await send(machine(32)), await send(machine(33))];
    const first = (await api('POST', '/merges', { deviceIds: [a, b] })).json as { id: string };
    await api('POST', '/merges', { deviceIds: [a, c] });
    expect((await stored(a))?.agentDeviceId).toBe(machine(33).agent);
    await api('POST', `/merges/${first.id}/undo`);
    expect(await stored(a)).toMatchObject({ state: 'active', agentDeviceId: machine(31).agent });
    expect(await stored(b)).toMatchObject({ state: 'active', agentDeviceId: machine(33).agent });
    expect(await stored(c)).toMatchObject({
      state: 'merged',
      mergedInto: b,
      agentDeviceId: machine(32).agent,
    });
  });

  it('is refused for what is no device, part of another one, deleted, or the same', async () => {
    const [a, b, c] = [await send(machine(41)), await send(machine(42)), await send(machine(43))];
    await api('POST', '/merges', { deviceIds: [a, b] });
    await api('DELETE', `/devices/${c}`);
    const refusal = async (...deviceIds: string[]): Promise<unknown> =>
      (await api('POST', '/merges', { deviceIds })).json;
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    expect(await refusal(a, nobody)).toMatchObject({ status: 404, code: 'INVENTORY_DEVICE_NOT_FOUND' });
    expect(await refusal(a, b)).toMatchObject({ status: 409, code: 'INVENTORY_DEVICE_STATE_MERGED' });
    expect(await refusal(a, c)).toMatchObject({ status: 409, code: 'INVENTORY_DEVICE_STATE_DELETED' });
    expect(await refusal(a, a)).toMatchObject({ status: 400, code: 'INVENTORY_MERGE_SAME_DEVICE' });
    expect(await refusal(a)).toMatchObject({ status: 400 });
    for (const path of ['', '/archive', '/restore']) {
      const method = path === '' ? 'DELETE' : 'POST';
      expect((await api(method, `/devices/${b}${path}`)).json).toMatchObject({
        status: 409,
        code: 'INVENTORY_DEVICE_STATE_MERGED',
      });
    }
    expect((await api('POST', `/merges/${nobody}/undo`)).json).toMatchObject({
      code: 'INVENTORY_MERGE_NOT_FOUND',
    });
    expect((await api('GET', '/merges?limit=1')).json).toMatchObject({
      items: [{}],
      next: expect.any(String) as unknown,
    });
  });
});

describe('a pair that may be one machine', () => {
  async function pair(number: number): Promise<{ id: string; older: { id: string }; newer: { id: string } }> {
    await send(machine(number));
    const { serial, uuid } = machine(number);
    const newer = await send(machine(1000 + number, { serial, uuid, assetTag: '' }));
    const { json } = await api('GET', '/duplicates?limit=500');
    const found = (
      json as { items: { id: string; older: { id: string }; newer: { id: string } }[] }
    ).items.find((one) => one.newer.id === newer);
    if (found === undefined) throw new Error('no pair');
    return found;
  }

  it('is shown with what a merge would do, merged, and gone from the list', async () => {
    const { id, older, newer } = await pair(51);
    expect((await api('GET', `/duplicates/${id}`)).json).toMatchObject({
      state: 'open',
      score: 85,
      preview: { survivor: { id: older.id }, contentsFrom: newer.id },
    });
    expect((await api('POST', `/duplicates/${id}/merge`)).json).toMatchObject({ survivor: { id: older.id } });
    expect((await api('GET', `/duplicates/${id}`)).json).toMatchObject({ state: 'merged', preview: null });
    expect((await api('POST', `/duplicates/${id}/dismiss`)).json).toMatchObject({
      status: 409,
      code: 'INVENTORY_DUPLICATE_DECIDED',
    });
  });

  it('is dismissed for good: neither asked nor merged again', async () => {
    const { id, older, newer } = await pair(52);
    expect((await api('POST', `/duplicates/${id}/dismiss`)).json).toMatchObject({
      state: 'dismissed',
      decidedBy: 'admin',
    });
    expect(await audits(id)).toEqual(['duplicate.dismiss']);
    const twin = machine(52, { agent: machine(1052).agent });
    expect(await send(twin)).toBe(newer.id);
    expect(await stored(older.id)).toMatchObject({ state: 'active' });
    expect((await api('GET', '/duplicates?state=dismissed&limit=500')).json).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id })]) as unknown,
    });
    expect(await send({ ...twin, agent: `${twin.name}-2029-01-01-00-00-00` })).not.toBe(older.id);
  });

  it('is not found when there is none, and its cursor is checked', async () => {
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/merge'],
      ['POST', '/dismiss'],
    ] as const) {
      expect((await api(method, `/duplicates/${nobody}${path}`)).json).toMatchObject({
        status: 404,
        code: 'INVENTORY_DUPLICATE_NOT_FOUND',
      });
    }
    expect((await api('GET', '/duplicates?cursor=zzz')).status).toBe(400);
    expect((await api('GET', '/duplicates?state=strange')).status).toBe(400);
  });
});
