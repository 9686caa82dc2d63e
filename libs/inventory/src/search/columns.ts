import { Injectable } from '@nestjs/common';
import { SECTIONS } from '@entrepot/ocs-wire';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { StoredRow } from '../inventories/canonical-section.js';
import { DEVICE_COLUMNS, type ColumnSource } from './device-columns.js';
import { freePercent, isComputed } from './section-fields.js';

const COLUMN = /^([\p{L}_][\p{L}\p{N}_:-]{0,63})\.([\p{L}_][\p{L}\p{N}_.:-]{0,63})$/u;

/** The name of a column: `device.name`, `account.TAG` or `SECTION.FIELD`. */
export const column = z.string().refine((name) => {
  const found = COLUMN.exec(name);
  return found !== null && (found[1] !== 'device' || Object.hasOwn(DEVICE_COLUMNS, found[2] ?? ''));
}, 'must be device.<column>, account.<field> or <SECTION>.<FIELD>');

type Value = string | number | null;

/** What a device has in a column; a list where it may have several rows. */
export type Cell = Value | Value[];

interface ColumnName {
  readonly name: string;
  readonly section: string;
  readonly field: string;
}

interface SectionRows {
  readonly id: string;
  readonly name: string;
  readonly rows: readonly StoredRow[];
}

/** Reads the columns that somebody chose, for the devices of a page. */
@Injectable()
export class ReadColumns {
  constructor(private readonly database: DataSource) {}

  /** By device, the cells by the name of their column; empty when no column is asked for. */
  async execute(
    devices: readonly ColumnSource[],
    columns: readonly string[],
    on: DataSource | EntityManager = this.database,
  ): Promise<Map<string, Record<string, Cell>>> {
    const cells = new Map<string, Record<string, Cell>>();
    if (columns.length === 0 || devices.length === 0) return cells;
    const names = columns.map(parse);
    const ids = devices.map(({ id }) => id);
    const sections = await readSections(on, ids, names);
    const accounts = names.some(({ section }) => section === 'account') ? await readAccounts(on, ids) : null;
    for (const device of devices) {
      const row: Record<string, Cell> = {};
      for (const one of names) {
        if (one.section === 'device') row[one.name] = DEVICE_COLUMNS[one.field]?.(device) ?? null;
        else if (one.section === 'account') row[one.name] = accounts?.get(device.id)?.[one.field] ?? null;
        else row[one.name] = cellOf(one, sections.get(`${device.id} ${one.section}`) ?? []);
      }
      cells.set(device.id, row);
    }
    return cells;
  }
}

function parse(name: string): ColumnName {
  const [, section = '', field = ''] = COLUMN.exec(name) ?? [];
  if (section === 'device' || section === 'account') return { name, section, field };
  const upper = section.toUpperCase();
  const known = SECTIONS.get(upper);
  if (known === undefined) return { name, section, field };
  const isKnown = known.fields.has(field.toUpperCase()) || isComputed(upper, field.toUpperCase());
  return { name, section: upper, field: isKnown ? field.toUpperCase() : field };
}

function cellOf({ section, field }: ColumnName, rows: readonly StoredRow[]): Cell {
  const values = rows.map((row) => (isComputed(section, field) ? freePercent(row) : (row[field] ?? null)));
  return SECTIONS.get(section)?.multi === false ? (values[0] ?? null) : values;
}

async function readSections(
  on: DataSource | EntityManager,
  ids: readonly string[],
  columns: readonly ColumnName[],
): Promise<Map<string, readonly StoredRow[]>> {
  const names = [...new Set(columns.map(({ section }) => section))];
  const found: SectionRows[] = await on.query(SECTION_ROWS, [ids, names]);
  if (names.includes('SOFTWARES')) found.push(...(await on.query<SectionRows[]>(SOFTWARE_ROWS, [ids])));
  if (names.includes('JOURNALLOG')) found.push(...(await on.query<SectionRows[]>(JOURNAL_ROWS, [ids])));
  return new Map(found.map(({ id, name, rows }) => [`${id} ${name}`, rows]));
}

async function readAccounts(
  on: DataSource | EntityManager,
  ids: readonly string[],
): Promise<Map<string, Readonly<Record<string, string>>>> {
  const rows: { id: string; fields: Record<string, string> }[] = await on.query(
    'SELECT id, account_fields AS fields FROM device WHERE id = ANY($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, fields }) => [id, fields]));
}

const SECTION_ROWS = `
  SELECT device_id AS id, name, rows FROM section WHERE device_id = ANY($1::uuid[]) AND name = ANY($2::text[])`;

const SOFTWARE_ROWS = `
  SELECT w.device_id AS id, 'SOFTWARES' AS name, jsonb_agg(coalesce(v.details, '{}') || jsonb_build_object(
    'NAME', s.name, 'PUBLISHER', s.publisher, 'VERSION', s.version,
    'INSTALLDATE', to_char(x.installed_at, 'YYYY-MM-DD HH24:MI:SS')) ORDER BY s.name, s.version, s.publisher, s.id) AS rows
  FROM device_software w
  CROSS JOIN LATERAL unnest(w.software_ids, w.variant_ids, w.installed_at) AS x (software_id, variant_id, installed_at)
  JOIN software s ON s.id = x.software_id
  LEFT JOIN software_variant v ON v.id = x.variant_id
  WHERE w.device_id = ANY($1::uuid[]) GROUP BY w.device_id`;

const JOURNAL_ROWS = `
  SELECT device_id AS id, 'JOURNALLOG' AS name, jsonb_agg(entry ORDER BY id) AS rows
  FROM journal_entry WHERE device_id = ANY($1::uuid[]) GROUP BY device_id`;
