import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { inventoryOf, machine, type Machine } from '../duplicates/machine.spec-support.js';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { PurgeDeletedDevices } from './purge-deleted-devices.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;

function sql<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, parameters);
}

async function send(sent: Machine): Promise<string> {
  expect((await program.agent(sent.agent).inventory(inventoryOf(sent))).status).toBe(200);
  const rows = await sql<{ id: string }>('SELECT id FROM device WHERE agent_device_id = $1', [sent.agent]);
  return rows[0]?.id ?? '';
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await sql<{ state: string }>('SELECT state FROM device WHERE id = $1', [id]))[0]?.state;
}

async function subjects(id: string): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    `SELECT coalesce(payload->>'action', subject) || coalesce(':' || (payload->>'reason'), '') AS name FROM outbox
     WHERE (payload->>'deviceId' = $1 OR payload->>'subjectId' = $1) AND subject !~ 'accepted|registered|job' ORDER BY id`,
    [id],
  );
  return rows.map(({ name }) => name.replace('ocs.evt.inventory.', '').replace('.v1', ''));
}

describe('deleting a device', () => {
  it('hides it, and can be taken back for a day', async () => {
    const id = await send(machine(1));
    const deleted = await api('DELETE', `/devices/${id}`);
    expect([deleted.status, deleted.json]).toMatchObject([200, { id, state: 'deleted' }]);
    expect((await api('DELETE', `/devices/${id}`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_STATE_DELETED',
    });
    expect((await api('POST', `/devices/${id}/archive`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_STATE_DELETED',
    });
    expect((await api('POST', `/devices/${id}/restore`)).json).toMatchObject({
      state: 'active',
      restorableUntil: null,
    });
    expect((await api('POST', `/devices/${id}/restore`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_STATE_ACTIVE',
    });
    expect(await subjects(id)).toEqual([
      ...['device.deleted', 'device.delete', 'device.restored:undeleted', 'device.restore'],
    ]);
  });

  it('makes room for another one: who has its serial number then is a new device', async () => {
    const id = await send(machine(2));
    await api('DELETE', `/devices/${id}`);
    expect(await send(machine(2, { agent: 'WS-000002-2027-01-01-00-00-00' }))).not.toBe(id);
  });

  it('is taken back by an inventory of the device, not by its agent’s id in another case', async () => {
    const id = await send(machine(3));
    await api('DELETE', `/devices/${id}`);
    await program.agent(machine(3).agent.toLowerCase()).inventory(inventoryOf(machine(3)));
    expect(await stateOf(id)).toBe('active');
    expect((await subjects(id)).at(-1)).toBe('device.restored:called');
  });

  it('ends after a day with everything that was merged into it', async () => {
    const [kept, gone, part] = [await send(machine(4)), await send(machine(5)), await send(machine(6))];
    await api('POST', '/merges', { deviceIds: [gone, part] });
    await api('DELETE', `/devices/${kept}`);
    await api('DELETE', `/devices/${gone}`);
    await sql(`UPDATE device SET state_changed_at = state_changed_at - interval '25 hours' WHERE id = $1`, [
      gone,
    ]);
    expect((await api('POST', `/devices/${gone}/restore`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_STATE_EXPIRED',
    });
    await program.app().get(PurgeDeletedDevices, { strict: false }).execute();
    expect(await Promise.all([kept, gone, part].map(stateOf))).toEqual(['deleted', undefined, undefined]);
    expect((await api('POST', `/devices/${gone}/restore`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_NOT_FOUND',
    });
  });
});

describe('a machine that has another agent every day', () => {
  it('keeps the ten before the present one, and can still be undone', async () => {
    const id = await send(machine(9));
    for (let day = 10; day < 25; day++)
      await send(machine(9, { agent: `WS-000009-2027-01-${day}-00-00-00` }));
    await program.app().get(PurgeDeletedDevices, { strict: false }).execute();
    const { json } = await api('GET', `/merges?deviceId=${id}`);
    const merges = (json as { items: { id: string; absorbed: { id: string } }[]; total: number }).items;
    expect(merges).toHaveLength(10);
    expect((await api('POST', `/merges/${merges[9]?.id ?? ''}/undo`)).status).toBe(200);
    expect(await Promise.all([id, merges[9]?.absorbed.id ?? ''].map(stateOf))).toEqual(['active', 'active']);
    expect(await send(machine(9, { agent: 'WS-000009-2027-01-24-00-00-00' }))).toBe(merges[9]?.absorbed.id);
  });
});

describe('archiving a device', () => {
  it('lasts while it calls, and ends when somebody restores it', async () => {
    const id = await send(machine(7));
    expect((await api('POST', `/devices/${id}/archive`)).json).toMatchObject({ state: 'archived' });
    expect((await api('POST', `/devices/${id}/archive`)).json).toMatchObject({
      code: 'INVENTORY_DEVICE_STATE_ARCHIVED',
    });
    expect(await send(machine(7, { software: ['Newer'] }))).toBe(id);
    expect(await stateOf(id)).toBe('archived');
    expect((await api('POST', `/devices/${id}/restore`)).json).toMatchObject({ state: 'active' });
    expect(await subjects(id)).toEqual(['device.archive', 'device.restored:undeleted', 'device.restore']);
  });

  it('ends too when the machine turns up with another agent', async () => {
    const id = await send(machine(8));
    await api('POST', `/devices/${id}/archive`);
    await send(machine(8, { agent: 'WS-000008-2027-01-01-00-00-00' }));
    expect(await stateOf(id)).toBe('active');
  });
});

describe('a device that does not exist', () => {
  it('is in no state', async () => {
    const nobody = '0195d0a0-0000-7000-8000-000000000009';
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/archive'],
      ['POST', '/restore'],
    ] as const) {
      expect((await api(method, `/devices/${nobody}${path}`)).json).toMatchObject({
        status: 404,
        code: 'INVENTORY_DEVICE_NOT_FOUND',
      });
    }
    expect((await api('DELETE', '/devices/no-uuid')).status).toBe(400);
  });
});
