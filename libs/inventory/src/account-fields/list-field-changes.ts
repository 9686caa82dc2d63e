import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { assertDeviceExists } from '../devices/show-device.js';

/** What became of one value of a device; empty where there was none. */
export const fieldChangeView = z.object({
  id: z.string(),
  field: z.string(),
  before: z.string(),
  after: z.string(),
  source: z.enum(['agent', 'api', 'merge']),
  /** Who did it; null for an agent, and for Entrepot itself. */
  by: z.string().nullable(),
  at: z.iso.datetime(),
});

export type FieldChangeView = z.output<typeof fieldChangeView>;

type FieldChangeRow = Omit<FieldChangeView, 'at'> & { readonly at: Date };

/** A place in a list in the order of a `bigint` column. */
const position = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** Lists the changes of a device's values, newest first. */
@Injectable()
export class ListFieldChanges {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, { limit, cursor }: PageQuery): Promise<Page<FieldChangeView>> {
    const [before] = cursor === undefined ? [null] : decodeCursor(cursor, position);
    const [rows, counted] = await Promise.all([
      this.database.query<FieldChangeRow[]>(PAGE, [deviceId, before, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [deviceId]),
    ]);
    const total = counted[0]?.total ?? 0;
    if (total === 0) await assertDeviceExists(this.database, deviceId);
    const items = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    const last = items.at(-1);
    return { items, total, next: last !== undefined && rows.length > limit ? encodeCursor([last.id]) : null };
  }
}

const PAGE = `
  SELECT id, field, before, after, source, by, at FROM account_field_change
  WHERE device_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

const COUNT = 'SELECT count(*)::int AS total FROM account_field_change WHERE device_id = $1';
