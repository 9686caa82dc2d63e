import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const database = (): DataSource => program.app().get(DataSource, { strict: false });

interface Field {
  readonly name: string;
}
const names = async (): Promise<string[]> =>
  ((await api('GET', '/account-fields')).json as { items: Field[] }).items.map(({ name }) => name);
const inventory = (seed: number, fields: Record<string, string>): string =>
  inventoryXml({ seed, tag: null }).replace(
    '</CONTENT>',
    `${Object.entries(fields)
      .map(
        ([name, value]) =>
          `<ACCOUNTINFO><KEYNAME>${name}</KEYNAME><KEYVALUE>${value}</KEYVALUE></ACCOUNTINFO>`,
      )
      .join('')}</CONTENT>`,
  );
const registered = async (seed: number, fields: Record<string, string> = {}): Promise<string> => {
  await agent(deviceIdFor(seed)).inventory(inventory(seed, fields));
  return (await findDevice(deviceIdFor(seed))).id;
};
const valuesOf = async (id: string): Promise<Record<string, string>> =>
  ((await api('GET', `/devices/${id}`)).json as { accountFields: Record<string, string> }).accountFields;
const lastAudit = async (action: string): Promise<unknown> => {
  const rows: { payload: { detail: unknown } }[] = await database().query(
    `SELECT payload FROM outbox WHERE subject LIKE '%audit%' AND payload->>'action' = $1 ORDER BY id DESC LIMIT 1`,
    [action],
  );
  return rows[0]?.payload.detail;
};

describe('account fields', () => {
  it('are TAG and what administrators add, in their places', async () => {
    const created = await api('POST', '/account-fields', {
      name: 'ROOM',
      label: 'Salle',
      policy: 'server-wins',
    });
    expect([created.status, created.json]).toEqual([
      201,
      {
        ...{ name: 'ROOM', label: 'Salle', type: 'text', options: [], policy: 'server-wins', position: 1 },
        ...{ createdAt: expect.any(String) as unknown, createdBy: 'admin' },
      },
    ]);
    const colours = { name: 'COLOUR', type: 'list', options: ['red', 'blue'], position: 0 };
    expect((await api('POST', '/account-fields', colours)).json).toMatchObject({
      ...{ label: 'COLOUR', policy: 'first-wins', position: 0 },
    });
    expect(await names()).toEqual(['COLOUR', 'TAG', 'ROOM']);
    expect(await lastAudit('account-field.create')).toEqual({
      ...{ type: 'list', policy: 'first-wins', options: 'red, blue' },
    });
  });

  it.each([
    [{ name: '1X' }, 400, 'HTTP_INPUT_INVALID', 'name'],
    [{ name: 'A_B', label: 'a\u0000' }, 400, 'HTTP_INPUT_INVALID', 'label'],
    [{ name: 'L', type: 'list' }, 400, 'INVENTORY_ACCOUNT_FIELD_INVALID', 'options'],
    [{ name: 'L', options: ['x'] }, 400, 'INVENTORY_ACCOUNT_FIELD_INVALID', 'options'],
    [{ name: 'L', type: 'list', options: ['x', 'x'] }, 400, 'HTTP_INPUT_INVALID', 'options'],
    [{ name: 'tag' }, 409, 'INVENTORY_ACCOUNT_FIELD_EXISTS', 'name'],
  ])('are refused by name and rule: %j', async (body, status, code, field) => {
    expect((await api('POST', '/account-fields', body)).json).toMatchObject({ status, code, field });
  });

  it('change; their type only while no device has a value', async () => {
    await api('POST', '/account-fields', { name: 'SINCE' });
    const dated = await api('PATCH', '/account-fields/SINCE', { type: 'date', label: 'Depuis', position: 7 });
    expect(dated.json).toMatchObject({ type: 'date', label: 'Depuis', position: 7, policy: 'first-wins' });
    const id = await registered(11);
    expect((await api('PUT', `/devices/${id}/account-fields`, { SINCE: '2026-02-30' })).json).toMatchObject({
      ...{ code: 'INVENTORY_ACCOUNT_FIELD_INVALID', field: 'SINCE' },
    });
    await api('PUT', `/devices/${id}/account-fields`, { SINCE: '2026-02-28' });
    expect((await api('PATCH', '/account-fields/SINCE', { type: 'text' })).json).toMatchObject({
      ...{ status: 409, code: 'INVENTORY_ACCOUNT_FIELD_IN_USE', field: 'type' },
    });
    expect((await api('PATCH', '/account-fields/SINCE', { policy: 'agent-wins' })).json).toMatchObject({
      ...{ type: 'date', policy: 'agent-wins' },
    });
    expect((await api('PATCH', '/account-fields/NONE', { label: 'x' })).json).toMatchObject({
      code: 'INVENTORY_ACCOUNT_FIELD_NOT_FOUND',
    });
  });
});

describe('values of many devices', () => {
  it('are set at once, audited once, and their groups are looked at again', async () => {
    const ids = [await registered(21), await registered(22)];
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    const body = { deviceIds: [...ids, nobody], values: { TAG: 'Nantes' } };
    expect((await api('PUT', '/account-fields/values', body)).json).toEqual({ devices: 2, changed: 2 });
    expect((await api('PUT', '/account-fields/values', body)).json).toEqual({ devices: 2, changed: 0 });
    for (const id of ids) expect(await valuesOf(id)).toMatchObject({ TAG: 'Nantes' });
    expect(await lastAudit('devices.set-account-fields')).toEqual({
      ...{ TAG: 'Nantes', 'devices.meant': 2, 'devices.changed': 0 },
    });
    const jobs: { payload: { deviceIds: string[] } }[] = await database().query(
      `SELECT payload FROM outbox WHERE subject LIKE 'ocs.job.inventory.evaluate-devices%'`,
    );
    expect(jobs.flatMap(({ payload }) => payload.deviceIds)).toEqual(expect.arrayContaining(ids));
  });

  it('are set of ten thousand devices, and not of more', async () => {
    await database().query(
      `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
       SELECT gen_random_uuid(), 'mass-' || n, 'mass', '', '', '', '{"TAG": "mass"}', now() FROM generate_series(1, 10001) AS g (n)`,
    );
    const many: { id: string }[] = await database().query(`SELECT id FROM device WHERE tag = 'mass'`);
    const deviceIds = many.map(({ id }) => id).slice(1);
    const done = await api('PUT', '/account-fields/values', { deviceIds, values: { TAG: 'done' } });
    expect(done.json).toEqual({ devices: 10_000, changed: 10_000 });
    const everybody = {
      any: [
        { device: 'tag', operator: 'equal', value: 'done' },
        { device: 'tag', operator: 'equal', value: 'mass' },
      ],
    };
    const refused = await api('PUT', '/account-fields/values', { criteria: everybody, values: { TAG: 'x' } });
    expect(refused.json).toMatchObject({
      status: 400,
      code: 'INVENTORY_TOO_MANY_DEVICES',
      field: 'criteria',
    });
  });

  it('can be set for what criteria find', async () => {
    const id = await registered(23, { TAG: 'Brest' });
    const brest = { device: 'tag', operator: 'equal', value: 'Brest' };
    const body = { criteria: brest, values: { TAG: 'Quimper' } };
    expect((await api('PUT', '/account-fields/values', body)).json).toEqual({ devices: 1, changed: 1 });
    expect(await valuesOf(id)).toMatchObject({ TAG: 'Quimper' });
  });

  it.each([
    [{ values: { TAG: 'x' } }, 'HTTP_INPUT_INVALID'],
    [{ deviceIds: [], values: { TAG: 'x' } }, 'HTTP_INPUT_INVALID'],
    [{ deviceIds: ['0195d0a0-0000-7000-8000-000000000009'], values: {} }, 'HTTP_INPUT_INVALID'],
    [
      { deviceIds: ['0195d0a0-0000-7000-8000-000000000009'], values: { SIZE: '1' } },
      'INVENTORY_ACCOUNT_FIELD_UNKNOWN',
    ],
  ])('are refused by rule: %j', async (body, code) => {
    expect((await api('PUT', '/account-fields/values', body)).json).toMatchObject({ status: 400, code });
  });
});

describe('an agent’s values', () => {
  it('follow the policy of each field, with a history of what changed', async () => {
    await api('POST', '/account-fields', { name: 'FLOOR', policy: 'agent-wins' });
    await api('POST', '/account-fields', { name: 'OWNER', policy: 'first-wins' });
    const pc = agent(deviceIdFor(31));
    const told = async (fields: Record<string, string>): Promise<unknown> =>
      (await pc.inventory(inventory(31, fields))).accountInfo;
    expect(await told({ TAG: 'Paris', FLOOR: '1' })).toEqual({});
    const { id } = await findDevice(deviceIdFor(31));
    expect(await told({ TAG: 'Paris', FLOOR: '2', OWNER: 'Ada' })).toEqual({});
    expect(await valuesOf(id)).toMatchObject({ TAG: 'Paris', FLOOR: '2', OWNER: 'Ada' });
    expect(await told({ TAG: 'Lyon', FLOOR: '3', OWNER: 'Bob' })).toMatchObject({
      ...{ TAG: 'Paris', FLOOR: '3', OWNER: 'Ada' },
    });
    const first = (await api('GET', `/devices/${id}/account-fields/history?limit=2`)).json as {
      items: unknown[];
      total: number;
      next: string;
    };
    expect([first.total, first.items]).toMatchObject([
      3,
      [
        { field: 'FLOOR', before: '2', after: '3', source: 'agent', by: null },
        { field: expect.any(String) as unknown, source: 'agent' },
      ],
    ]);
    const rest = await api('GET', `/devices/${id}/account-fields/history?limit=2&cursor=${first.next}`);
    expect(rest.json).toMatchObject({ items: [{ source: 'agent' }], next: null });
  });

  it('do not come back once the server has emptied a field', async () => {
    const pc = agent(deviceIdFor(32));
    await pc.inventory(inventory(32, { TAG: 'Paris' }));
    const { id } = await findDevice(deviceIdFor(32));
    expect((await api('PUT', `/devices/${id}/account-fields`, { TAG: 'NA' })).json).toMatchObject({
      TAG: '',
    });
    expect((await pc.inventory(inventory(32, { TAG: 'Paris' }))).accountInfo).toMatchObject({ TAG: 'NA' });
    expect((await pc.inventory(inventory(32, { TAG: 'NA' }))).response).toBe('NO_ACCOUNT_UPDATE');
    expect(await valuesOf(id)).toMatchObject({ TAG: '' });
  });
});
