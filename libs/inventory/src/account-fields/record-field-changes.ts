import { PreparedStatement } from '@entrepot/platform-database';
import type { Transaction } from '@entrepot/platform-messaging';
import { noticeDevices } from '../groups/device-change.js';
import type { FieldChange } from './account-field.js';

/** A change of one value of one device. */
export interface DeviceFieldChange extends FieldChange {
  readonly deviceId: string;
}

/**
 * Writes what agents changed, and the history of it, for many devices in one statement, and has their groups looked at
 * again. A device is left out when a value is no longer what the change was decided on: somebody has changed it
 * meanwhile, and the agent's next inventory is compared with that.
 */
export async function recordFieldChanges(
  tx: Transaction,
  changes: readonly DeviceFieldChange[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  await RECORD.run(tx.manager, [
    changes.map(({ deviceId }) => deviceId),
    changes.map(({ field }) => field),
    changes.map(({ before }) => before),
    changes.map(({ after }) => after),
    at,
  ]);
  noticeDevices(tx, [...new Set(changes.map(({ deviceId }) => deviceId))], { device: true });
}

// The condition is on the row that is written, so that it is tested again on what another transaction has made of it.
const RECORD = new PreparedStatement(
  'record-field-changes',
  `
  WITH sent AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS s (device_id, field, before, after)
  ), per_device AS (
    SELECT device_id, jsonb_object_agg(field, after) AS after, jsonb_object_agg(field, before) AS before,
      array_agg(field) AS fields
    FROM sent GROUP BY device_id
  ), written AS (
    UPDATE device d SET account_fields = d.account_fields || p.after
    FROM per_device p
    WHERE d.id = p.device_id AND NOT EXISTS (
      SELECT 1 FROM unnest(p.fields) AS f (field)
      WHERE coalesce(d.account_fields ->> f.field, '') <> p.before ->> f.field)
    RETURNING d.id
  )
  INSERT INTO account_field_change (device_id, field, before, after, source, at)
  SELECT s.device_id, s.field, s.before, s.after, 'agent', $5::timestamptz
  FROM sent s JOIN written w ON w.id = s.device_id`,
);
