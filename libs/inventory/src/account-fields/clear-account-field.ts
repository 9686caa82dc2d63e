import { clearAccountFieldJob } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { noticeDevices } from '../groups/device-change.js';

/** Devices that are written in one transaction. */
const BATCH = 1_000;

/** Takes the values of a deleted field from some devices, and asks for more work while there are others. */
@Injectable()
export class ClearAccountField {
  constructor(private readonly clock: Clock) {}

  /** @param after the last device that was looked at; null for the first ones */
  async execute(tx: Transaction, name: string, after: string | null): Promise<void> {
    const now = this.clock.now();
    const cleared: { readonly id: string }[] = await tx.manager.query(CLEAR, [name, after, BATCH, now]);
    const last = cleared.at(-1)?.id;
    if (last === undefined) {
      await tx.manager.query('DELETE FROM account_field WHERE name = $1 AND deleted_at IS NOT NULL', [name]);
      return;
    }
    noticeDevices(
      tx,
      cleared.map(({ id }) => id),
      { device: true },
    );
    tx.publish(clearAccountFieldJob, { name, after: last }, name);
  }
}

const CLEAR = `
  WITH having_it AS (
    SELECT id, account_fields ->> $1 AS before FROM device
    WHERE jsonb_exists(account_fields, $1) AND ($2::uuid IS NULL OR id > $2)
    ORDER BY id LIMIT $3 FOR NO KEY UPDATE
  ), cleared AS (
    UPDATE device d SET account_fields = d.account_fields - $1::text FROM having_it h WHERE d.id = h.id
  ), recorded AS (
    INSERT INTO account_field_change (device_id, field, before, after, source, at)
    SELECT id, $1, before, '', 'api', $4::timestamptz FROM having_it WHERE before <> ''
  )
  SELECT id FROM having_it ORDER BY id`;
