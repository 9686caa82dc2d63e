import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { inventoryOf, machine, type Machine } from './machine.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });

const AT_ONCE = 200;

function sql<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, parameters);
}

async function send(sent: Machine): Promise<number> {
  return (await program.agent(sent.agent).inventory(inventoryOf(sent))).status;
}

async function sendAll(sent: readonly Machine[]): Promise<void> {
  const statuses = await Promise.all(sent.map(send));
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}

interface Row {
  id: string;
  agent: string;
  software: string[];
  facts: { serial: string };
}

function standing(serial: string): Promise<Row[]> {
  return sql<Row>(
    `SELECT d.id, d.agent_device_id AS agent, i.facts,
       ARRAY(SELECT s.name FROM software s WHERE s.id = ANY (w.software_ids) ORDER BY 1) AS software
     FROM device d JOIN device_identity i ON i.device_id = d.id JOIN device_software w ON w.device_id = d.id
     WHERE d.state = 'active' AND i.facts->>'serial' = $1`,
    [serial],
  );
}

/** What must hold whatever happened. */
async function expectConsistency(): Promise<void> {
  const [wrong] = await sql<Record<string, number>>(`
    SELECT
      (SELECT count(*)::int FROM device d WHERE d.state = 'merged' AND NOT EXISTS (
         SELECT 1 FROM device_merge m WHERE m.absorbed_id = d.id AND m.survivor_id = d.merged_into
           AND m.undone_at IS NULL)) AS unexplained,
      (SELECT count(*)::int FROM device_merge m JOIN device d ON d.id = m.absorbed_id
         WHERE m.undone_at IS NULL AND d.state <> 'merged') AS ineffective,
      (SELECT count(*)::int FROM device d WHERE NOT EXISTS (
         SELECT 1 FROM device_contact c WHERE c.device_id = d.id)) AS mute,
      (SELECT count(*)::int FROM device_identity_key k LEFT JOIN device d ON d.id = k.device_id
         WHERE d.state IS DISTINCT FROM 'active') AS stray,
      (SELECT count(*)::int FROM device d JOIN device_identity i ON i.device_id = d.id
         WHERE d.state = 'active' AND NOT EXISTS (SELECT 1 FROM device_identity_key k
           WHERE k.device_id = d.id AND k.key = 'serial:' || lower(i.facts->>'serial'))) AS lost,
      (SELECT count(*)::int FROM device WHERE agent_device_id LIKE '-%') AS aside`);
  expect(wrong).toEqual({ unexplained: 0, ineffective: 0, mute: 0, stray: 0, lost: 0, aside: 0 });
}

describe('two hundred inventories at once', () => {
  it('of one new device end in one device with the whole of one of them', { timeout: 120_000 }, async () => {
    await sendAll(Array.from({ length: AT_ONCE }, (_, i) => machine(1, { software: [`A ${i}`, `B ${i}`] })));
    const [device, ...others] = await standing(machine(1).serial);
    expect(others).toEqual([]);
    expect(device?.software.map((name) => name.slice(2))).toEqual([
      device?.software[0]?.slice(2),
      device?.software[0]?.slice(2),
    ]);
    await expectConsistency();
  });

  it('of agents that are all one machine end in one device', { timeout: 120_000 }, async () => {
    const agents = Array.from({ length: AT_ONCE }, (_, i) => {
      const agent = `WS-000002-2026-01-01-00-${String(Math.trunc(i / 60)).padStart(2, '0')}-${String(i % 60).padStart(2, '0')}`;
      return machine(2, { agent, software: [`A ${i}`, `B ${i}`] });
    });
    await sendAll(agents);
    const [device, ...others] = await standing(machine(2).serial);
    expect(others).toEqual([]);
    const last = agents.find(({ agent }) => agent === device?.agent);
    expect(device?.software).toEqual(last?.software);
    expect(await sql(`SELECT 1 FROM device WHERE name = 'WS-000002' AND state = 'merged'`)).toHaveLength(
      AT_ONCE - 1,
    );
    await expectConsistency();
  });

  it('of a few agents of one machine, in turn, end in one device', { timeout: 120_000 }, async () => {
    const sent = Array.from({ length: AT_ONCE }, (_, i) =>
      machine(3, { agent: `WS-000003-2026-01-01-00-00-0${i % 4}`, software: [`A ${i}`, `Agent ${i % 4}`] }),
    );
    await sendAll(sent);
    const [device, ...others] = await standing(machine(3).serial);
    expect(others).toEqual([]);
    expect(device?.software.at(-1)).toBe(`Agent ${device?.agent.at(-1) ?? ''}`);
    await expectConsistency();
  });

  it(
    'of many machines and their duplicates, while somebody merges and splits them',
    { timeout: 240_000 },
    async () => {
      const numbers = Array.from({ length: 20 }, (_, i) => 100 + i);
      await sendAll(numbers.map((number) => machine(number)));
      const sent = numbers.flatMap((number) =>
        Array.from({ length: 10 }, (_, i) => {
          const agent = `WS-${String(number).padStart(6, '0')}-202${i % 5}-01-01-00-00-00`;
          const oldDeviceId = i % 3 === 0 ? machine(number).agent : null;
          return machine(number, { agent, oldDeviceId, software: [`Of ${number}`, `Round ${i}`] });
        }),
      );
      const changes = async (): Promise<number[]> => {
        const statuses: number[] = [];
        for (const number of numbers) {
          const rows = await standing(machine(number).serial);
          const next = await standing(machine(number + 1).serial);
          const deviceIds = [rows[0]?.id, next[0]?.id];
          if (deviceIds.includes(undefined)) continue;
          const merged = await program.api('POST', '/merges', { deviceIds });
          statuses.push(merged.status);
          if (merged.status !== 201) continue;
          const { id } = merged.json as { id: string };
          const undone = await program.api('POST', `/merges/${id}/undo`);
          expect(undone.json).toMatchObject({ undoneBy: 'admin' });
        }
        return statuses;
      };
      const [, statuses] = await Promise.all([sendAll(sent), changes()]);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(statuses).toContain(201);
      const [stopped] = await sql(
        'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
      );
      expect(stopped).toEqual({ deadlocks: 0 });
      await expectConsistency();
      for (const number of numbers) {
        const rows = await sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM device_software w JOIN device d ON d.id = w.device_id
         JOIN software s ON s.id = ANY (w.software_ids) WHERE d.state = 'active' AND s.name = $1`,
          [`Of ${number}`],
        );
        expect(rows[0]?.n).toBeGreaterThan(0);
      }
    },
  );
});
