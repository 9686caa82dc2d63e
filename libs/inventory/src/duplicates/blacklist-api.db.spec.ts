import { httpRequest } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { inventoryOf, machine, type Machine } from './machine.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;

interface Value {
  id: string;
  kind: string;
  pattern: string;
}

async function send(sent: Machine): Promise<string> {
  await program.agent(sent.agent).inventory(inventoryOf(sent));
  const rows: { id: string }[] = await program
    .app()
    .get(DataSource, { strict: false })
    .query('SELECT id FROM device WHERE agent_device_id = $1', [sent.agent]);
  return rows[0]?.id ?? '';
}

describe('the blacklist', () => {
  it('is there from the start, and is listed page by page', async () => {
    const all: Value[] = [];
    let cursor = '';
    do {
      const { json } = await api('GET', `/blacklisted-values?limit=100${cursor}`);
      const page = json as { items: Value[]; total: number; next: string | null };
      all.push(...page.items);
      if (page.next === null) expect(all).toHaveLength(page.total);
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const serials = (await api('GET', '/blacklisted-values?kind=serial&limit=500')).json as {
      items: Value[];
    };
    expect(serials.items.map(({ pattern }) => pattern)).toContain('To Be Filled By O.E.M.');
    expect(serials.items.every(({ kind }) => kind === 'serial')).toBe(true);
  });

  it('keeps machines with a bad value apart from now on, and lets them be one again', async () => {
    const { serial, uuid } = machine(1);
    const shared = { serial: 'BATCH-7', uuid, assetTag: 'LAB' };
    const twin = (number: number): Machine =>
      machine(number, { ...shared, name: 'LAB', agent: `LAB-2026-01-01-00-00-0${number}` });
    const added = await api('POST', '/blacklisted-values', { kind: 'serial', pattern: ' batch-? ' });
    expect([added.status, added.json]).toMatchObject([
      201,
      { kind: 'serial', pattern: 'batch-?', seeded: false },
    ]);
    const { id } = added.json as Value;
    const first = await send(twin(1));
    expect(await send(twin(2))).not.toBe(first);
    const changed = await api('PUT', `/blacklisted-values/${id}`, { kind: 'serial', pattern: serial });
    expect(changed.json).toMatchObject({ pattern: serial });
    expect(await send(twin(3))).toBe(first);
    const gone = await httpRequest(`${program.base()}/api/v1/blacklisted-values/${id}`, {
      method: 'DELETE',
      headers: { Authorization: 'Bearer t' },
    });
    expect(gone.status).toBe(204);
    expect((await api('DELETE', `/blacklisted-values/${id}`)).json).toMatchObject({
      status: 404,
      code: 'INVENTORY_BLACKLISTED_VALUE_NOT_FOUND',
    });
    const audits: { action: string }[] = await program
      .app()
      .get(DataSource, { strict: false })
      .query(`SELECT payload->>'action' AS action FROM outbox WHERE payload->>'subjectId' = $1 ORDER BY id`, [
        id,
      ]);
    expect(audits.map(({ action }) => action)).toEqual([
      ...['blacklisted-value.add', 'blacklisted-value.update', 'blacklisted-value.remove'],
    ]);
  });

  it.each([
    [{ kind: 'serial', pattern: '' }, 400],
    [{ kind: 'serial', pattern: '*?*' }, 400],
    [{ kind: 'serial', pattern: 'a\u0000b' }, 400],
    [{ kind: 'mac', pattern: 'not a mac' }, 400],
    [{ kind: 'hostname', pattern: 'localhost' }, 400],
    [{ kind: 'serial', pattern: 'TO BE FILLED BY O.E.M.' }, 409],
    [{ kind: 'mac', pattern: '44-45-53-54-00-00' }, 409],
  ])('refuses %j', async (body, status) => {
    expect((await api('POST', '/blacklisted-values', body)).status).toBe(status);
  });

  it('takes OCS’s level of duplicate detection as a setting of all weights', async () => {
    expect((await api('PUT', '/settings/AUTO_DUPLICATE_LVL', { value: 64 })).json).toMatchObject({
      code: 'INVENTORY_SETTING_INVALID',
      field: 'value',
    });
    expect((await api('PUT', '/settings/AUTO_DUPLICATE_LVL', { value: 2 })).status).toBe(200);
    const { json } = await api('GET', '/settings');
    const values = new Map(
      (json as { items: { key: string; value: unknown }[] }).items.map((one) => [one.key, one.value]),
    );
    expect(values.get('DUPLICATE_WEIGHT_SERIAL')).toBe(100);
    expect(values.get('DUPLICATE_WEIGHT_MAC')).toBe(0);
    expect(values.get('DUPLICATE_MERGE_SCORE')).toBe(100);
    expect(values.get('DUPLICATE_HOLD_CONTRADICTED')).toBe(false);
    const first = await send(machine(71));
    expect(await send(machine(1071, { serial: machine(71).serial }))).toBe(first);
  });
});
