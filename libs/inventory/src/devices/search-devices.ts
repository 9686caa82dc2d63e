import { decodeCursor, encodeCursor, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { storableText } from '../storable-text.js';
import { SUMMARY_COLUMNS, toSummary, type DeviceSummary, type SummaryRow } from './device-view.js';

const MAX_TEXT = 255;

/** What POST /api/v1/devices/search takes. */
export const deviceSearch = z.strictObject({
  /** Part of the name, the agent's id, the TAG or the address; letter case does not matter. */
  text: z.string().trim().max(MAX_TEXT).optional(),
  /** The whole TAG. */
  tag: z.string().max(MAX_TEXT).optional(),
  deviceIds: z.array(z.uuid()).max(1_000).optional(),
  limit: z.int().min(1).max(500).default(50),
  cursor: z.string().max(2_048).optional(),
});

export type DeviceSearch = z.output<typeof deviceSearch>;

// A cursor may be forged, and PostgreSQL refuses a text with NUL.
const position = z.tuple([z.string().refine((name) => !name.includes('\0')), z.uuid()]);
const LIKE_SPECIAL = /[\\%_]/g;

/** Finds devices, in the order of their names. */
@Injectable()
export class SearchDevices {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute(search: DeviceSearch): Promise<Page<DeviceSummary>> {
    const filters = [
      search.text ? `%${storableText(search.text, MAX_TEXT).replaceAll(LIKE_SPECIAL, '\\$&')}%` : null,
      search.tag === undefined ? null : storableText(search.tag, MAX_TEXT),
      search.deviceIds ?? null,
    ];
    const [name, id] = search.cursor === undefined ? [null, null] : decodeCursor(search.cursor, position);
    const [rows, counted] = await Promise.all([
      this.database.query<SummaryRow[]>(PAGE, [...filters, name, id, search.limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, filters),
    ]);
    const shown = rows.slice(0, search.limit);
    const last = shown.at(-1);
    const next = rows.length > search.limit && last ? encodeCursor([last.name, last.id]) : null;
    return { items: shown.map(toSummary), total: counted[0]?.total ?? 0, next };
  }
}

const MATCHES = `
  ($1::text IS NULL OR d.name ILIKE $1 OR d.agent_device_id ILIKE $1 OR d.tag ILIKE $1 OR d.ip_address ILIKE $1)
  AND ($2::text IS NULL OR d.tag = $2)
  AND ($3::uuid[] IS NULL OR d.id = ANY($3))`;

const PAGE = `
  SELECT ${SUMMARY_COLUMNS}
  FROM device d JOIN device_contact c ON c.device_id = d.id
  WHERE ${MATCHES} AND ($4::text IS NULL OR (d.name, d.id) > ($4, $5::uuid))
  ORDER BY d.name, d.id LIMIT $6`;

const COUNT = `SELECT count(*)::int AS total FROM device d WHERE ${MATCHES}`;
