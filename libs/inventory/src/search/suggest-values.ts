import { SECTIONS } from '@entrepot/ocs-wire';
import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { storableText } from '../storable-text.js';
import { containsPattern } from './like-pattern.js';
import { SearchTransactions } from './search-transactions.js';

const MAX_TEXT = 255;

/** The query of suggestions. */
export const suggestionQuery = z.object({
  /** Part of the value; letter case does not matter. */
  text: z.string().max(MAX_TEXT).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** A value that some device has or had in the field. */
export const suggestion = z.object({ value: z.union([z.string(), z.number()]) });

export type SuggestionQuery = z.output<typeof suggestionQuery>;
export type Suggestion = z.output<typeof suggestion>;

/** Columns of a device that have few values; the names are those of criteria. */
const DEVICE_COLUMNS: Readonly<Record<string, string>> = {
  osName: 'SELECT DISTINCT os_name AS value FROM device',
  tag: 'SELECT DISTINCT tag AS value FROM device',
  userAgent: 'SELECT DISTINCT user_agent AS value FROM device_contact',
  name: 'SELECT name AS value FROM device',
  userId: 'SELECT DISTINCT user_id AS value FROM device',
};

/**
 * Suggests values of a field while somebody types. Of fields with thousands of values (serial numbers, addresses) only
 * the first that came are known, so that others may exist.
 */
@Injectable()
export class SuggestValues {
  constructor(private readonly transactions: SearchTransactions) {}

  /** @param section a section, or `device` or `account` */
  async execute(section: string, field: string, { text, limit }: SuggestionQuery): Promise<Page<Suggestion>> {
    const pattern = containsPattern(storableText(text, MAX_TEXT));
    const rows = await this.transactions.run((manager) => read(manager, section, field, pattern, limit));
    return { items: rows.map(({ value }) => ({ value })), total: Number(rows[0]?.total ?? 0), next: null };
  }
}

type Row = Suggestion & { readonly total: string };

function read(
  manager: EntityManager,
  section: string,
  field: string,
  pattern: string,
  limit: number,
): Promise<Row[]> {
  if (section === 'device') {
    const values = Object.hasOwn(DEVICE_COLUMNS, field) ? DEVICE_COLUMNS[field] : undefined;
    return values === undefined ? Promise.resolve([]) : manager.query(matching(values), [pattern, limit]);
  }
  if (section === 'account') {
    const values = 'SELECT DISTINCT account_fields ->> $3::text AS value FROM device';
    return manager.query(matching(values), [pattern, limit, field]);
  }
  const upper = section.toUpperCase();
  if (upper === 'SOFTWARES') return readSoftware(manager, field.toUpperCase(), field, pattern, limit);
  const known = SECTIONS.get(upper);
  const isKnown = known?.fields.has(field.toUpperCase()) ?? false;
  return manager.query(SECTION_VALUES, [
    ...[pattern, limit],
    ...[known ? upper : section, isKnown ? field.toUpperCase() : field],
  ]);
}

function readSoftware(
  manager: EntityManager,
  upper: string,
  field: string,
  pattern: string,
  limit: number,
): Promise<Row[]> {
  switch (upper) {
    case 'NAME':
      return manager.query(matching('SELECT DISTINCT name AS value FROM software'), [pattern, limit]);
    case 'PUBLISHER':
      return manager.query(matching('SELECT DISTINCT publisher AS value FROM software'), [pattern, limit]);
    case 'VERSION':
      return manager.query(matching('SELECT DISTINCT version AS value FROM software'), [pattern, limit]);
    default: {
      const values = 'SELECT DISTINCT details ->> $3::text AS value FROM software_variant';
      const known = SECTIONS.get('SOFTWARES')?.fields.has(upper) ?? false;
      return manager.query(matching(values), [pattern, limit, known ? upper : field]);
    }
  }
}

/** @param values a statement of ours */
function matching(values: string): string {
  return `
    SELECT v.value, count(*) OVER () AS total FROM (${values}) v
    WHERE v.value <> '' AND lower(v.value) LIKE lower($1) ORDER BY lower(v.value), v.value LIMIT $2`;
}

const SECTION_VALUES = `
  SELECT v.value, count(*) OVER () AS total
  FROM search_field f JOIN search_value v ON v.field_id = f.id
  WHERE f.section = $3 AND f.field = $4 AND lower(v.value #>> '{}') LIKE lower($1)
  ORDER BY jsonb_typeof(v.value), CASE jsonb_typeof(v.value) WHEN 'number' THEN v.value::numeric END,
    lower(v.value #>> '{}'), v.value
  LIMIT $2`;
