import { Outbox } from '@entrepot/platform-messaging';
import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { recordFieldChanges, type DeviceFieldChange } from './record-field-changes.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const record = (changes: readonly DeviceFieldChange[]): Promise<void> =>
  program
    .app()
    .get(Outbox, { strict: false })
    .transaction((tx) => recordFieldChanges(tx, changes, new Date('2026-11-21T12:00:00Z')));
const registered = async (seed: number): Promise<string> => {
  await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed }));
  return (await findDevice(deviceIdFor(seed))).id;
};
const fieldsOf = async (id: string): Promise<unknown> => {
  const rows: { fields: unknown }[] = await program
    .app()
    .get(DataSource, { strict: false })
    .query('SELECT account_fields AS fields FROM device WHERE id = $1', [id]);
  return rows[0]?.fields;
};
const historyOf = async (id: string): Promise<unknown> =>
  ((await api('GET', `/devices/${id}/account-fields/history`)).json as { items: unknown[] }).items;

describe('what agents changed', () => {
  it('is written for many devices at once, with the history', async () => {
    const [first, second] = [await registered(51), await registered(52)];
    await record([
      { deviceId: first, field: 'TAG', before: 'NA', after: 'Paris' },
      { deviceId: first, field: 'ROOM', before: '', after: '12' },
      { deviceId: second, field: 'TAG', before: 'NA', after: 'Lyon' },
    ]);
    expect(await fieldsOf(first)).toEqual({ TAG: 'Paris', ROOM: '12' });
    expect(await fieldsOf(second)).toEqual({ TAG: 'Lyon' });
    expect(await historyOf(second)).toEqual([
      {
        ...{ id: expect.any(String) as unknown, field: 'TAG', before: 'NA', after: 'Lyon' },
        ...{ source: 'agent', by: null, at: '2026-11-21T12:00:00.000Z' },
      },
    ]);
    await record([]);
  });

  it('does not undo what somebody has set meanwhile', async () => {
    const id = await registered(53);
    await api('PUT', `/devices/${id}/account-fields`, { TAG: 'Nantes' });
    await record([
      { deviceId: id, field: 'TAG', before: 'NA', after: 'Paris' },
      { deviceId: id, field: 'ROOM', before: '', after: '12' },
    ]);
    expect(await fieldsOf(id)).toEqual({ TAG: 'Nantes' });
    expect(await historyOf(id)).toMatchObject([{ field: 'TAG', after: 'Nantes', source: 'api' }]);
  });

  it('waits for somebody who is setting it, and then does not undo it either', async () => {
    const id = await registered(54);
    const database = program.app().get(DataSource, { strict: false });
    const changing = await database.transaction(async (manager) => {
      await manager.query(`UPDATE device SET account_fields = '{"TAG": "Nantes"}' WHERE id = $1`, [id]);
      const waiting = record([{ deviceId: id, field: 'TAG', before: 'NA', after: 'Paris' }]);
      await expect(Promise.race([waiting, blocked(database, manager)])).resolves.toBe('blocked');
      return { waiting };
    });
    await changing.waiting;
    expect(await fieldsOf(id)).toEqual({ TAG: 'Nantes' });
    expect(await historyOf(id)).toEqual([]);
  });
});

/** Resolves when another connection waits for what this transaction has locked. */
async function blocked(
  database: DataSource,
  manager: { query(sql: string): Promise<{ pid: number }[]> },
): Promise<string> {
  const [self] = await manager.query('SELECT pg_backend_pid() AS pid');
  for (;;) {
    const waiting: unknown[] = await database.query(
      'SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))',
      [self?.pid],
    );
    if (waiting.length > 0) return 'blocked';
  }
}
