import { pageQuery, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { sectionRow } from '../devices/list-section-rows.js';
import { assertDeviceExists } from '../devices/show-device.js';
import { MOMENT, timePage, timePosition } from './time-page.js';

/** Rows that came and went with one inventory; of SOFTWARES the NAME, PUBLISHER and VERSION only. */
export const sectionChangeView = z.object({
  id: z.string(),
  section: z.string(),
  at: z.iso.datetime(),
  /** How many there were; not all of very many are kept. */
  addedCount: z.int(),
  removedCount: z.int(),
  added: z.array(sectionRow),
  removed: z.array(sectionRow),
});

export type SectionChangeView = z.output<typeof sectionChangeView>;

/** What GET /api/v1/devices/{id}/changes takes. */
export const changesQuery = pageQuery.extend({
  section: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be the name of a section')
    .optional(),
  // A change may have a thousand rows.
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export type ChangesQuery = z.output<typeof changesQuery>;

interface ChangeRow extends Omit<SectionChangeView, 'at'> {
  readonly at: Date;
  readonly moment: string;
  readonly tie: string;
}

/** Lists what changed between the inventories of a device, newest first, as far as it is kept. */
@Injectable()
export class ListChanges {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, query: ChangesQuery): Promise<Page<SectionChangeView>> {
    const { moment, tie } = timePosition(query, /^\d{1,18}$/);
    const section = query.section?.toUpperCase() ?? null;
    const [rows, counted] = await Promise.all([
      this.database.query<ChangeRow[]>(PAGE, [deviceId, section, moment, tie, query.limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [deviceId, section]),
    ]);
    const total = counted[0]?.total ?? 0;
    if (total === 0) await assertDeviceExists(this.database, deviceId);
    return timePage(rows, query.limit, total, toView);
  }
}

function toView({ id, section, at, addedCount, removedCount, added, removed }: ChangeRow): SectionChangeView {
  return { id, section, at: at.toISOString(), addedCount, removedCount, added, removed };
}

const PAGE = `
  SELECT id, section, at, added_count AS "addedCount", removed_count AS "removedCount", added, removed,
    ${MOMENT('at')} AS moment, id::text AS tie
  FROM section_change
  WHERE device_id = $1 AND ($2::text IS NULL OR section = $2)
    AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::bigint))
  ORDER BY at DESC, id DESC LIMIT $5`;

const COUNT = `
  SELECT count(*)::int AS total FROM section_change WHERE device_id = $1 AND ($2::text IS NULL OR section = $2)`;
