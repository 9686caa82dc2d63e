import type { StoredRow } from '../inventories/canonical-section.js';
import { versionOrder } from '../inventories/version-order.js';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { FieldValueDictionary } from './field-value-dictionary.js';

/** A device as a spec describes it. */
export interface TrialDevice {
  readonly name: string;
  readonly tag: string | null;
  readonly osName: string;
  readonly contactDaysAgo: number;
  readonly sections: Readonly<Record<string, readonly StoredRow[]>>;
  readonly software: readonly Readonly<Record<string, string>>[];
}

/** Writes a device into the tables, and its values into the dictionary, as an inventory would. */
export async function storeTrialDevice(
  database: DataSource,
  dictionary: FieldValueDictionary,
  device: TrialDevice,
): Promise<string> {
  const id = uuidv7();
  const fields = device.tag === null ? {} : { TAG: device.tag };
  await database.query(
    `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
     VALUES ($1::uuid, $1::uuid::text, $2, $3, '', '', $4, now())`,
    [id, device.name, device.osName, JSON.stringify(fields)],
  );
  await database.query(
    `INSERT INTO device_contact
       (device_id, last_contact_at, last_inventory_at, inventory_date, user_agent, peer_address, checksum)
     SELECT $1::uuid, at, at, at, 'agent', '', 1 FROM (SELECT now() - make_interval(days => $2) AS at) t`,
    [id, device.contactDaysAgo],
  );
  const sections = Object.entries(device.sections);
  await dictionary.learn(sections.map(([name, rows]) => ({ name, rows })));
  for (const [name, rows] of sections) {
    await database.query(
      `INSERT INTO section (device_id, name, digest, rows, row_count, updated_at) VALUES ($1, $2, '', $3, $4, now())`,
      [id, name, JSON.stringify(rows), rows.length],
    );
  }
  await storeSoftware(database, id, device.software);
  return id;
}

async function storeSoftware(database: DataSource, id: string, rows: TrialDevice['software']): Promise<void> {
  const installed: { software: number; variant: number; at: string | null }[] = [];
  for (const { NAME = '', PUBLISHER = '', VERSION = '', INSTALLDATE, ...details } of rows) {
    const found: { id: number }[] = await database.query(
      `INSERT INTO software (key, name, publisher, version, version_order)
       VALUES (md5(concat_ws('/', $1::text, $2::text, $3::text))::uuid, $1, $2, $3, $4)
       ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id`,
      [NAME, PUBLISHER, VERSION, versionOrder(VERSION)],
    );
    const software = found[0]?.id ?? 0;
    const variants: { id: number }[] = await database.query(
      `INSERT INTO software_variant (software_id, key, details) VALUES ($1, gen_random_uuid(), $2) RETURNING id`,
      [software, JSON.stringify(details)],
    );
    installed.push({ software, variant: variants[0]?.id ?? 0, at: INSTALLDATE ?? null });
  }
  if (installed.length === 0) return;
  installed.sort((a, b) => a.software - b.software);
  await database.query(
    `INSERT INTO device_software (device_id, digest, software_ids, variant_ids, installed_at, updated_at)
     VALUES ($1, '', $2, $3, $4, now())`,
    [
      id,
      installed.map(({ software }) => software),
      installed.map(({ variant }) => variant),
      installed.map(({ at }) => at),
    ],
  );
}
