import type { RowCriteria } from './criteria.js';
import type { DictionaryNumbers, MatchedSoftware } from './match-software.js';
import { rowTest } from './row-test.js';
import { softwareField, softwareTest } from './software-fields.js';
import type { SqlParameters } from './sql-parameters.js';
import { valueTest } from './value-test.js';

/**
 * Who asks: `scan` for all devices at once, which indexes answer; `walk` for one device after the other, for as long as
 * somebody wants more.
 */
export type Form = 'scan' | 'walk';

/** Look-ups in the index of software for one condition; planning them costs too. */
const MAX_LOOKUPS = 64;
/** Comparing each with each is faster than a table of them as long as they are few. */
const FEW_IDS = 12;

/** That a device has software that passes, by the numbers that the dictionary has told. */
export function softwareCondition(
  row: RowCriteria,
  matched: MatchedSoftware,
  form: Form,
  parameters: SqlParameters,
): string {
  const { softwareIds, variantIds, ofDevice, isRare } = matched;
  if (softwareIds.length === 0) return 'false';
  const tests = ['w.device_id = d.id'];
  const isMany = softwareIds === 'many';
  if (form === 'scan' && isRare && !isMany) tests.push(hasOneOf(softwareIds, parameters));
  else if (variantIds === null) tests.push(holdsSoftware(row, softwareIds, parameters));
  else if (ofDevice && !isMany) tests.push(holdsOneOf('w.software_ids', softwareIds, parameters));
  if (ofDevice) tests.push(ownRows(row, isMany ? null : softwareIds, parameters));
  else if (variantIds !== null) tests.push(holdsVariant(row, variantIds, parameters));
  return `EXISTS (SELECT FROM device_software w WHERE ${tests.join(' AND ')})`;
}

/** The same, decided on the device's own software. */
export function softwareOfDevice(row: RowCriteria, parameters: SqlParameters): string {
  return `EXISTS (SELECT FROM device_software w WHERE w.device_id = d.id AND ${ownRows(row, null, parameters)})`;
}

/** The index looks one number up much faster than it looks for one of many. */
function hasOneOf(ids: readonly number[], parameters: SqlParameters): string {
  const size = Math.ceil(ids.length / MAX_LOOKUPS);
  const lookups: string[] = [];
  for (let at = 0; at < ids.length; at += size) {
    lookups.push(`w.software_ids && ${parameters.add(ids.slice(at, at + size))}::int[]`);
  }
  return `(${lookups.join(' OR ')})`;
}

function holdsSoftware(row: RowCriteria, ids: DictionaryNumbers, parameters: SqlParameters): string {
  if (ids !== 'many') return holdsOneOf('w.software_ids', ids, parameters);
  return isAmong('w.software_ids', `SELECT s.id FROM software s WHERE ${softwareTest(row, parameters)}`);
}

function holdsVariant(row: RowCriteria, ids: DictionaryNumbers, parameters: SqlParameters): string {
  if (ids !== 'many') return holdsOneOf('w.variant_ids', ids, parameters);
  const passing = `SELECT v.id FROM software_variant v JOIN software s ON s.id = v.software_id
    WHERE ${softwareTest(row, parameters)}`;
  return isAmong('w.variant_ids', passing);
}

function holdsOneOf(array: string, ids: readonly number[], parameters: SqlParameters): string {
  const some = `${parameters.add(ids)}::int[]`;
  if (ids.length <= FEW_IDS) return `${array} && ${some}`;
  return firstOf(array, `= ANY(${some})`);
}

function isAmong(array: string, passing: string): string {
  return firstOf(array, `IN (${passing})`);
}

/** Ends at the first that is found; OFFSET keeps PostgreSQL from expanding the whole array beforehand. */
function firstOf(array: string, test: string): string {
  return `EXISTS (SELECT FROM (SELECT unnest(${array}) AS id OFFSET 0) x WHERE x.id ${test})`;
}

/**
 * OFFSET makes it look each row up by its number instead of reading the whole dictionary.
 * @param ids the only ones that can pass, when they are known
 */
function ownRows(row: RowCriteria, ids: readonly number[] | null, parameters: SqlParameters): string {
  const among = ids === null ? 'true' : `x.software_id = ANY(${parameters.add(ids)}::int[])`;
  const test = rowTest(row, (leaf) => valueTest(softwareField(leaf.field, parameters), leaf, parameters));
  return `EXISTS (
    SELECT FROM (
      SELECT * FROM unnest(w.software_ids, w.variant_ids, w.installed_at) AS x (software_id, variant_id, installed_at)
      WHERE ${among}
    ) x CROSS JOIN LATERAL (SELECT * FROM software WHERE id = x.software_id OFFSET 0) s
    LEFT JOIN LATERAL (SELECT * FROM software_variant WHERE id = x.variant_id OFFSET 0) v ON true
    WHERE ${test})`;
}
