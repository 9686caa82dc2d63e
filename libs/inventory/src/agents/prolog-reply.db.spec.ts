import type { PackagesForDeviceRequest } from '@entrepot/contracts';
import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  waitFor,
  xmlAttributes,
  type AgentReply,
} from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { ForgetContacts } from './forget-contacts.js';

const asked: PackagesForDeviceRequest[] = [];
const program = useInventoryProgram({
  packagesForDevice: (request) => {
    asked.push(request);
    return Promise.resolve({ packages: [] });
  },
});
const { agent, api, findDevice } = program;
let seed = 100;

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, values);
}

/** A device that has just sent its inventory. */
async function newDevice(): Promise<{ id: string; call: () => Promise<AgentReply> }> {
  const caller = agent(deviceIdFor((seed += 1)));
  await caller.inventory(inventoryXml({ seed }));
  return { id: (await findDevice(caller.deviceId)).id, call: () => caller.prolog() };
}

async function newGroup(...members: string[]): Promise<string> {
  const id = uuidv7();
  await sql(
    `INSERT INTO device_group (id, name, description, kind, created_at, created_by, definition_changed_at)
     VALUES ($1, $2, '', 'static', now(), 'admin', now())`,
    [id, `Group ${id}`],
  );
  for (const member of members)
    await sql(`INSERT INTO group_member VALUES ($1, $2, 'included', now())`, [id, member]);
  return id;
}

const confOf = (reply: AgentReply): Readonly<Record<string, string>> | undefined =>
  xmlAttributes(reply.xml, 'PARAM').find((param) => param.TYPE === 'CONF');

beforeEach(() => {
  asked.length = 0;
});

describe('the answer to a PROLOG', () => {
  it('follows the frequency of the device before that of its groups before that of all, at once', async () => {
    const { id, call } = await newDevice();
    const group = await newGroup(id);
    expect((await call()).response).toBe('SEND');
    await api('PUT', `/groups/${group}/settings/FREQUENCY`, { value: 7 });
    expect((await call()).response).toBe('STOP');
    await api('PUT', `/devices/${id}/settings/FREQUENCY`, { value: 0 });
    expect((await call()).response).toBe('SEND');
    await api('PUT', `/devices/${id}/settings/FREQUENCY`, { value: -1 });
    const never = await call();
    expect([never.response, never.xml.includes('OPTION')]).toEqual(['STOP', false]);
    await api('PUT', '/settings/OCS_FREQUENCY_RULE', { value: true });
    expect((await call()).response).toBe('SEND');
    await api('DELETE', '/settings/OCS_FREQUENCY_RULE');
    await api('DELETE', `/devices/${id}/settings/FREQUENCY`);
    expect((await call()).response).toBe('STOP');
    await sql('DELETE FROM group_member WHERE device_id = $1', [id]);
    expect((await call()).response).toBe('SEND');
  });

  it('does not follow a group that the device is kept out of', async () => {
    const { id, call } = await newDevice();
    const group = await newGroup(id);
    await api('PUT', `/groups/${group}/settings/FREQUENCY`, { value: -1 });
    expect((await call()).response).toBe('STOP');
    await sql(`UPDATE group_member SET origin = 'excluded' WHERE device_id = $1`, [id]);
    expect((await call()).response).toBe('SEND');
  });

  it('has the contact times and the way to download of the device, and no packages when that is off', async () => {
    const { id, call } = await newDevice();
    const group = await newGroup(id);
    for (const [key, value] of [
      ['PROLOG_FREQ', 3],
      ['INVENTORY_ON_STARTUP', false],
      ['DOWNLOAD_CYCLE_LATENCY', 0],
      ['DOWNLOAD_TIMEOUT', 9],
    ])
      expect((await api('PUT', `/devices/${id}/settings/${key}`, { value })).status).toBe(200);
    await api('PUT', `/groups/${group}/settings/DOWNLOAD_FRAG_LATENCY`, { value: 77 });
    const reply = await call();
    expect(reply.xml).toContain('<PROLOG_FREQ>3</PROLOG_FREQ>');
    expect(reply.xml).toContain('<INVENTORY_ON_STARTUP>0</INVENTORY_ON_STARTUP>');
    expect(confOf(reply)).toMatchObject({ ON: '1', CYCLE_LATENCY: '0', FRAG_LATENCY: '77', TIMEOUT: '9' });
    expect(asked.length).toBe(1);

    await api('PUT', `/groups/${group}/settings/DOWNLOAD_SWITCH`, { value: false });
    expect(confOf(await call())).toMatchObject({ ON: '0' });
    expect(asked.length).toBe(1);
    await api('PUT', `/devices/${id}/settings/DOWNLOAD_SWITCH`, { value: true });
    expect(confOf(await call())).toMatchObject({ ON: '1' });
  });

  it('asks for registry values while there are any and REGISTRY is on, of unknown agents too', async () => {
    const { call } = await newDevice();
    const fields = { label: 'Office', tree: 2, key: 'SOFTWARE\\Office', value: 'Version' };
    const made = await api('POST', '/registry-queries', fields);
    const { id } = made.json as { id: string };
    expect([made.status, made.json]).toEqual([201, { id, ...fields }]);
    const param = '<PARAM REGTREE="2" REGKEY="SOFTWARE\\Office" NAME="Office">Version</PARAM>';
    expect((await call()).xml).toContain(param);
    expect((await agent('new-2026-01-01-00-00-00').prolog()).xml).toContain(param);
    await api('PUT', '/settings/FREQUENCY', { value: 7 });
    const stopped = await call();
    expect([stopped.response, stopped.xml.includes(param)]).toEqual(['STOP', true]);
    await api('PUT', '/settings/FREQUENCY', { value: -1 });
    expect((await call()).xml).not.toContain('REGISTRY');
    await api('DELETE', '/settings/FREQUENCY');

    await api('PUT', `/registry-queries/${id}`, { ...fields, value: '*' });
    expect((await call()).xml).toContain('NAME="Office">*</PARAM>');
    expect((await api('POST', '/registry-queries', fields)).json).toMatchObject({
      status: 409,
      code: 'INVENTORY_REGISTRY_LABEL_TAKEN',
      field: 'label',
    });
    expect((await api('POST', '/registry-queries', { ...fields, tree: 6 })).status).toBe(400);
    await api('PUT', '/settings/REGISTRY', { value: false });
    expect((await call()).xml).not.toContain('REGISTRY');
    await api('DELETE', '/settings/REGISTRY');
    expect((await api('GET', '/registry-queries')).json).toMatchObject({ total: 1 });
    const deleted = await httpRequest(`${program.base()}/api/v1/registry-queries/${id}`, {
      method: 'DELETE',
      headers: { Authorization: 'Bearer t' },
    });
    expect(deleted.status).toBe(204);
    expect((await call()).xml).not.toContain('REGISTRY');
    expect((await api('PUT', `/registry-queries/${id}`, fields)).json).toMatchObject({
      code: 'INVENTORY_REGISTRY_QUERY_NOT_FOUND',
    });
  });

  it('to a deleted device is that to an unknown one, to an archived one what it always was', async () => {
    const { id, call } = await newDevice();
    await api('PUT', `/devices/${id}/settings/FREQUENCY`, { value: 7 });
    await sql(`UPDATE device SET state = 'archived' WHERE id = $1`, [id]);
    expect((await call()).response).toBe('STOP');
    expect(asked.map(({ deviceId }) => deviceId)).toEqual([id]);
    await sql(`UPDATE device SET state = 'deleted' WHERE id = $1`, [id]);
    const unknown = await call();
    expect([unknown.response, unknown.xml.includes('TYPE="CONF"'), asked.length]).toEqual(['SEND', true, 1]);
  });

  it('to a device merged by hand is that to the survivor; merged by itself, that to an unknown one', async () => {
    const survivor = await newDevice();
    const absorbed = await newDevice();
    await api('PUT', `/devices/${survivor.id}/settings/FREQUENCY`, { value: 7 });
    await sql(`UPDATE device SET state = 'merged', merged_into = $2 WHERE id = $1`, [
      absorbed.id,
      survivor.id,
    ]);
    await sql(
      `INSERT INTO device_merge (id, survivor_id, absorbed_id, cause, score, reasons, moved, merged_at)
       VALUES ($1, $2, $3, 'manual', 0, '[]', '{}', now())`,
      [uuidv7(), survivor.id, absorbed.id],
    );
    expect((await absorbed.call()).response).toBe('STOP');
    expect(asked.map(({ deviceId }) => deviceId)).toEqual([survivor.id]);
    await sql(`UPDATE device_merge SET cause = 'detected'`);
    expect((await absorbed.call()).response).toBe('SEND');
    expect(asked.length).toBe(1);
  });

  it('is right for each of many that call at once', async () => {
    const devices = await Promise.all(Array.from({ length: 12 }, newDevice));
    await Promise.all(
      devices.map(({ id }, index) => api('PUT', `/devices/${id}/settings/PROLOG_FREQ`, { value: index + 1 })),
    );
    const calls = [...devices, ...devices, ...devices];
    const replies = await Promise.all(calls.map(({ call }) => call()));
    expect(replies.map(({ xml }) => /<PROLOG_FREQ>(\d+)</.exec(xml)?.[1])).toEqual(
      calls.map((_, index) => String((index % devices.length) + 1)),
    );
  });
});

describe('the calls of a device', () => {
  it('are written down one by one, and how often it calls', async () => {
    const { id, call } = await newDevice();
    await sql(`UPDATE device_contact SET last_contact_at = now() - interval '2 days' WHERE device_id = $1`, [
      id,
    ]);
    await call();
    const log = (): Promise<{ kind: string; user_agent: string }[]> =>
      sql(`SELECT * FROM contact_log WHERE device_id = $1 AND kind = 'prolog'`, [id]);
    await waitFor(async () => (await log()).length === 1);
    expect(await log()).toMatchObject([{ kind: 'prolog', address: '127.0.0.1' }]);
    const [contact] = await sql<{ fidelity: number; quality: number }>(
      'SELECT fidelity, quality FROM device_contact WHERE device_id = $1',
      [id],
    );
    expect(contact?.fidelity).toBe(1);
    expect(contact?.quality).toBeCloseTo(2, 1);
  });

  it('are forgotten when they are old or many, also those of devices that are gone', async () => {
    const [kept, gone] = [uuidv7(), uuidv7()];
    await sql(
      `INSERT INTO contact_log SELECT $1, now() - i * interval '1 hour', 'prolog', '::1', 'x' FROM generate_series(1, 250) i`,
      [kept],
    );
    await sql(`INSERT INTO contact_log VALUES ($1, now() - interval '31 days', 'prolog', '::1', 'x')`, [
      gone,
    ]);
    await program.app().get(ForgetContacts, { strict: false }).execute();
    const counts = await sql(
      `SELECT device_id AS id, count(*)::int, max(at) > now() - interval '2 hours' AS newest
       FROM contact_log WHERE device_id = ANY ($1) GROUP BY 1`,
      [[kept, gone]],
    );
    expect(counts).toEqual([{ id: kept, count: 200, newest: true }]);
  });
});
