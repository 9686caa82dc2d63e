import type { Page, PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { assertDeviceExists } from '../devices/show-device.js';
import { MOMENT, timePage, timePosition } from './time-page.js';

/** One time that a device called. */
export const contactView = z.object({
  at: z.iso.datetime(),
  /** What it called for, such as `prolog` or `inventory`. */
  kind: z.string(),
  /** From where. */
  address: z.string(),
  userAgent: z.string(),
});

export type ContactView = z.output<typeof contactView>;

interface ContactRow extends Omit<ContactView, 'at'> {
  readonly at: Date;
  readonly moment: string;
  readonly tie: string;
}

/** Where a row lies in its table; rows of this one are never written again. */
const PLACE = /^\(\d{1,9},\d{1,4}\)$/;

/** Lists when a device called, newest first, as far as that is kept. */
@Injectable()
export class ListContacts {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, query: PageQuery): Promise<Page<ContactView>> {
    const { moment, tie } = timePosition(query, PLACE);
    const [rows, counted] = await Promise.all([
      this.database.query<ContactRow[]>(PAGE, [deviceId, moment, tie, query.limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [deviceId]),
    ]);
    const total = counted[0]?.total ?? 0;
    if (total === 0) await assertDeviceExists(this.database, deviceId);
    return timePage(rows, query.limit, total, ({ at, kind, address, userAgent }) => ({
      at: at.toISOString(),
      kind,
      address,
      userAgent,
    }));
  }
}

const PAGE = `
  SELECT at, kind, address, user_agent AS "userAgent", ${MOMENT('at')} AS moment, ctid::text AS tie FROM contact_log
  WHERE device_id = $1 AND ($2::timestamptz IS NULL OR (at <= $2 AND (at, ctid) < ($2, $3::tid)))
  ORDER BY at DESC, ctid DESC LIMIT $4`;

const COUNT = 'SELECT count(*)::int AS total FROM contact_log WHERE device_id = $1';
