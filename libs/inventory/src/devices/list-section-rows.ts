import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { StoredRow } from '../inventories/canonical-section.js';
import { deviceNotFound } from './show-device.js';

/** A row of a section: fields in capitals, as the agent names them. */
export const sectionRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

interface Slice {
  readonly total: number;
  readonly rows: readonly StoredRow[];
}

interface InstalledRow {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly details: StoredRow;
  readonly installedAt: string | null;
}

interface InstalledSlice {
  readonly total: number;
  readonly rows: readonly InstalledRow[];
}

const offsetCursor = z.tuple([z.int().min(0).max(10_000_000)]);

/** Answers the rows of one section of a device; a section that it does not have is empty. */
@Injectable()
export class ListSectionRows {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(deviceId: string, section: string, query: PageQuery): Promise<Page<StoredRow>> {
    const [offset] = query.cursor === undefined ? [0] : decodeCursor(query.cursor, offsetCursor);
    const { total, rows } = await this.read(deviceId, section.toUpperCase(), offset, query.limit);
    if (total === 0) await this.assertExists(deviceId);
    const end = offset + rows.length;
    return { items: rows, total, next: rows.length > 0 && end < total ? encodeCursor([end]) : null };
  }

  private read(deviceId: string, section: string, offset: number, limit: number): Promise<Slice> {
    if (section === 'SOFTWARES') return this.readSoftware(deviceId, offset, limit);
    if (section === 'JOURNALLOG') return this.readRows(JOURNAL_ROWS, [deviceId, offset, limit]);
    return this.readRows(SECTION_ROWS, [deviceId, offset, limit, section]);
  }

  private async readRows(sql: string, parameters: unknown[]): Promise<Slice> {
    const found: { total: number; rows: StoredRow[] }[] = await this.database.query(sql, parameters);
    return found[0] ?? { total: 0, rows: [] };
  }

  private async readSoftware(deviceId: string, offset: number, limit: number): Promise<Slice> {
    const found: InstalledSlice[] = await this.database.query(INSTALLED, [deviceId, offset, limit]);
    const { total, rows } = found[0] ?? { total: 0, rows: [] };
    return { total, rows: rows.map(softwareRow) };
  }

  private async assertExists(deviceId: string): Promise<void> {
    const rows: unknown[] = await this.database.query('SELECT 1 FROM device WHERE id = $1', [deviceId]);
    if (rows.length === 0) throw deviceNotFound(deviceId);
  }
}

const SECTION_ROWS = `
  SELECT s.row_count AS total, coalesce((
    SELECT json_agg(r.value ORDER BY r.place) FROM (
      SELECT * FROM jsonb_array_elements(s.rows) WITH ORDINALITY AS e (value, place) ORDER BY place OFFSET $2 LIMIT $3
    ) r), '[]') AS rows
  FROM section s WHERE s.device_id = $1 AND s.name = $4`;

const JOURNAL_ROWS = `
  SELECT (SELECT count(*)::int FROM journal_entry WHERE device_id = $1) AS total, coalesce((
    SELECT json_agg(j.entry ORDER BY j.id) FROM (
      SELECT id, entry FROM journal_entry WHERE device_id = $1 ORDER BY id OFFSET $2 LIMIT $3
    ) j), '[]') AS rows`;

const INSTALLED = `
  SELECT cardinality(w.software_ids) AS total, coalesce((
    SELECT json_agg(r) FROM (
      SELECT s.name, s.publisher, s.version, v.details, to_char(i.at, 'YYYY-MM-DD HH24:MI:SS') AS "installedAt"
      FROM unnest(w.software_ids, w.variant_ids, w.installed_at) AS i (id, variant_id, at)
      JOIN software s ON s.id = i.id
      JOIN software_variant v ON v.id = i.variant_id
      ORDER BY s.name, s.version, s.publisher, s.id OFFSET $2 LIMIT $3
    ) r), '[]') AS rows
  FROM device_software w WHERE w.device_id = $1`;

function softwareRow({ name, publisher, version, details, installedAt }: InstalledRow): StoredRow {
  const row: Record<string, string | number | null> = {
    NAME: name,
    PUBLISHER: publisher,
    VERSION: version,
    ...details,
  };
  if (installedAt !== null) row.INSTALLDATE = installedAt;
  return row;
}
