import type { Transaction } from '@entrepot/platform-messaging';
import { noticeDevices } from '../groups/device-change.js';
import type { AccountFields } from './account-field.js';

/** Who changes values, and when. */
export interface FieldEdit {
  readonly by: string;
  readonly at: Date;
}

/**
 * Gives devices values that people chose, with the history, and has their groups looked at again. The caller has locked
 * the devices.
 * @returns the devices that had other values before
 */
export async function writeFieldValues(
  tx: Transaction,
  deviceIds: readonly string[],
  values: AccountFields,
  { by, at }: FieldEdit,
): Promise<readonly string[]> {
  const rows: { readonly id: string }[] = await tx.manager.query(WRITE, [
    deviceIds,
    JSON.stringify(values),
    by,
    at,
  ]);
  const changed = rows.map(({ id }) => id);
  noticeDevices(tx, changed, { device: true });
  return changed;
}

// A value that was never given differs from the empty one, which keeps agents from giving it (first-wins).
const WRITE = `
  WITH given AS (
    SELECT key AS field, value AS after FROM jsonb_each_text($2::jsonb)
  ), differing AS (
    SELECT d.id, g.field, coalesce(d.account_fields ->> g.field, '') AS before, g.after
    FROM device d CROSS JOIN given g
    WHERE d.id = ANY($1::uuid[]) AND d.account_fields ->> g.field IS DISTINCT FROM g.after
  ), written AS (
    UPDATE device d SET account_fields = d.account_fields || $2::jsonb
    WHERE d.id IN (SELECT id FROM differing)
  ), recorded AS (
    INSERT INTO account_field_change (device_id, field, before, after, source, by, at)
    SELECT id, field, before, after, 'api', $3, $4::timestamptz FROM differing WHERE before <> after
  )
  SELECT DISTINCT id FROM differing`;
