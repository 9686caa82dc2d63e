import { inventoryXml, deviceIdFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { PruneChanges } from './prune-changes.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });

it('Changes are forgotten when they are older than the setting says.', async () => {
  const database = program.app().get(DataSource, { strict: false });
  await program.agent(deviceIdFor(1)).inventory(inventoryXml({ seed: 1 }));
  await database.query(
    `INSERT INTO section_change (device_id, section, at, added_count, removed_count, added, removed)
     SELECT d.id, 'BIOS', now() - make_interval(days => n), 0, 0, '[]', '[]' FROM device d, generate_series(1, 100) n`,
  );
  const left = async (): Promise<number> => {
    const rows: { n: number }[] = await database.query('SELECT count(*)::int AS n FROM section_change');
    return rows[0]?.n ?? 0;
  };
  const prune = program.app().get(PruneChanges, { strict: false });
  await prune.execute();
  expect(await left()).toBe(89);
  expect((await program.api('PUT', '/settings/CHANGES_KEPT_DAYS', { value: 7 })).status).toBe(200);
  await prune.execute();
  expect(await left()).toBe(6);
});
