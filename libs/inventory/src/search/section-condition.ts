import { SECTIONS } from '@entrepot/ocs-wire';
import type { RowCriteria } from './criteria.js';
import type { KnownValues } from './known-values.js';
import { leavesOf, rowTest, type RowLeaf } from './row-test.js';
import { FREE_PERCENT, fieldExpression, isComputed } from './section-fields.js';
import { sectionTable } from './section-tables.js';
import type { SqlParameters } from './sql-parameters.js';
import { valueTest } from './value-test.js';

type Document = Readonly<Record<string, string | number>>;

/** Rows of which at least one passing row has one; `exact` when each row that has one passes. */
interface Parts {
  readonly documents: readonly Document[];
  readonly exact: boolean;
}

/** More documents than this are dearer to look up than the rows are to read. */
const MAX_DOCUMENTS = 32;

/** That a device has a row of a section that passes: a boolean expression over `device d`. */
export function sectionCondition(
  section: string,
  row: RowCriteria,
  known: KnownValues,
  parameters: SqlParameters,
): string {
  if (section === 'JOURNALLOG') {
    const test = rowTest(row, (leaf) => leafTest(section, leaf, 'j.entry', known, parameters));
    return `EXISTS (SELECT FROM journal_entry j WHERE j.device_id = d.id AND ${test})`;
  }
  const parts = partsOf(row, known);
  if (parts?.documents.length === 0) return 'false';
  const tests = [`s.device_id = d.id AND s.name = ${parameters.add(section)}`];
  if (parts !== null) tests.push(hasOneOf(parts.documents, parameters));
  const lowest = parts === null && section === 'DRIVES' ? lowestFree(row, parameters) : null;
  if (lowest !== null) tests.push(lowest);
  if (parts?.exact !== true && !(lowest !== null && 'field' in row)) {
    const test = rowTest(row, (leaf) => leafTest(section, leaf, 'r.value', known, parameters));
    tests.push(`EXISTS (SELECT FROM jsonb_array_elements(s.rows) AS r (value) WHERE ${test})`);
  }
  return `EXISTS (SELECT FROM ${sectionTable(section)} s WHERE ${tests.join(' AND ')})`;
}

/**
 * Whether a device without the section passes as well: nothing is empty too, where there is at most one row.
 */
export function isEmptyOfSingle(section: string, row: RowCriteria): boolean {
  return 'field' in row && row.operator === 'empty' && SECTIONS.get(section)?.multi === false;
}

/** The questions that the dictionary of values may be asked. */
export function questionsOf(section: string, row: RowCriteria): { section: string; leaf: RowLeaf }[] {
  return section === 'JOURNALLOG' ? [] : leavesOf(row).map((leaf) => ({ section, leaf }));
}

function leafTest(
  section: string,
  leaf: RowLeaf,
  row: string,
  known: KnownValues,
  parameters: SqlParameters,
): string {
  const values = known.get(leaf) ?? null;
  if (values === null)
    return valueTest(fieldExpression(section, leaf.field, row, parameters), leaf, parameters);
  if (values.length === 0) return 'false';
  const field = `(${row} ->> ${parameters.add(leaf.field)}::text)`;
  return `((${field} = ANY(${parameters.add(values.map(String))}::text[])) IS TRUE)`;
}

function hasOneOf(documents: readonly Document[], parameters: SqlParameters): string {
  const tests = documents.map((one) => `s.rows @> ${parameters.add(JSON.stringify([one]))}::jsonb`);
  return `(${tests.join(' OR ')})`;
}

/** Null when the rows have to be read. */
function partsOf(row: RowCriteria, known: KnownValues): Parts | null {
  if ('not' in row) return null;
  if ('any' in row) return partsOfAny(row.any.map((one) => partsOf(one, known)));
  if ('all' in row) return partsOfAll(row.all.map((one) => partsOf(one, known)));
  const values = known.get(row) ?? null;
  if (values === null || values.length > MAX_DOCUMENTS) return null;
  return { documents: values.map((value) => ({ [row.field]: value })), exact: true };
}

function partsOfAny(parts: readonly (Parts | null)[]): Parts | null {
  const all: Parts[] = [];
  for (const one of parts) {
    if (one === null) return null;
    all.push(one);
  }
  const documents = all.flatMap((one) => one.documents);
  if (documents.length > MAX_DOCUMENTS) return null;
  return { documents, exact: all.every(({ exact }) => exact) };
}

function partsOfAll(parts: readonly (Parts | null)[]): Parts | null {
  let joined: Parts | null = null;
  let whole = true;
  for (const one of parts) {
    if (one === null) whole = false;
    else if (joined === null) joined = one;
    else {
      const both = pairs(joined.documents, one.documents);
      if (both === null) whole = false;
      else joined = { documents: both, exact: joined.exact && one.exact };
    }
  }
  return joined && { documents: joined.documents, exact: joined.exact && whole };
}

/** Documents that have both; null when two ask for different values of one field, or when there are too many. */
function pairs(first: readonly Document[], second: readonly Document[]): Document[] | null {
  if (first.length * second.length > MAX_DOCUMENTS) return null;
  const documents: Document[] = [];
  for (const one of first) {
    for (const other of second) {
      const clash = Object.keys(other).some((field) => field in one && one[field] !== other[field]);
      if (!clash) documents.push({ ...one, ...other });
    }
  }
  return documents;
}

/** What an index knows of the drives: how much is free of the fullest. */
function lowestFree(row: RowCriteria, parameters: SqlParameters): string | null {
  if ('all' in row) {
    const [leaf] = row.all.filter((one) => 'field' in one && isLow(one));
    return leaf === undefined ? null : lowestFree(leaf, parameters);
  }
  if (!('field' in row) || !isLow(row)) return null;
  const operator = row.operator === 'less' ? '<' : '<=';
  return `lowest_free_percent(s.rows) ${operator} ${parameters.add(String(row.value))}::numeric::double precision`;
}

function isLow(leaf: RowLeaf): leaf is RowLeaf & { operator: 'less' | 'at-most'; value: string | number } {
  const isBound = leaf.operator === 'less' || leaf.operator === 'at-most';
  return isBound && leaf.field === FREE_PERCENT && isComputed('DRIVES', leaf.field) && isNumber(leaf.value);
}

function isNumber(value: string | number): boolean {
  return typeof value === 'number' || /^\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*$/.test(value);
}
