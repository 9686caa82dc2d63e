import { SECTIONS } from '@entrepot/ocs-wire';
import type { StoredRow } from '../inventories/canonical-section.js';
import type { SqlParameters } from './sql-parameters.js';
import type { ValueExpression } from './value-test.js';

/** Computed of a drive: the share of it that is free, in percent. */
export const FREE_PERCENT = 'FREE_PERCENT';

/** Whether the field is computed of other fields of its row. */
export function isComputed(section: string, field: string): boolean {
  return section === 'DRIVES' && field === FREE_PERCENT;
}

/** Whether the field holds whole numbers (OCS-PROTOCOL.md §3.3). */
export function isInteger(section: string, field: string): boolean {
  const kind = SECTIONS.get(section)?.fields.get(field)?.kind;
  return kind === 'int' || kind === 'bigint';
}

/**
 * A field of a row of JSON.
 * @param row SQL for the row, such as `r.value`
 */
export function fieldExpression(
  section: string,
  field: string,
  row: string,
  parameters: SqlParameters,
): ValueExpression {
  if (isComputed(section, field)) {
    return { text: `free_percent(${row})::text`, number: `free_percent(${row})::numeric` };
  }
  const name = `${parameters.add(field)}::text`;
  const text = `(${row} ->> ${name})`;
  if (!isInteger(section, field)) return { text };
  // Nearly all are JSON numbers, of which no text has to be made.
  const value = `(${row} -> ${name})`;
  const number = `(CASE jsonb_typeof(${value}) WHEN 'number' THEN ${value}::numeric ELSE number_of(${text}) END)`;
  return { text, number };
}

/** The computed field of a drive, in percent with two decimals at the most; null when its size is not known. */
export function freePercent(drive: StoredRow): number | null {
  const { FREE: free, TOTAL: total } = drive;
  if (typeof free !== 'number' || typeof total !== 'number' || total <= 0) return null;
  return Math.round((free * 10_000) / total) / 100;
}
