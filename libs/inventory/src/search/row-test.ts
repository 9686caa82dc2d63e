import type { RowCriteria } from './criteria.js';
import type { Test } from './operators.js';

/** What is asked of one field of a row. */
export type RowLeaf = { readonly field: string } & Test;

/**
 * What is asked of a row as a boolean expression, never null.
 * @param leafTest says it for one field; `positive` is false below an odd number of nots
 */
export function rowTest(
  row: RowCriteria,
  leafTest: (leaf: RowLeaf, positive: boolean) => string,
  positive = true,
): string {
  if ('all' in row) return `(${row.all.map((one) => rowTest(one, leafTest, positive)).join(' AND ')})`;
  if ('any' in row) return `(${row.any.map((one) => rowTest(one, leafTest, positive)).join(' OR ')})`;
  if ('not' in row) return `(NOT ${rowTest(row.not, leafTest, !positive)})`;
  return leafTest(row, positive);
}

/** Every question to a field, from left to right. */
export function leavesOf(row: RowCriteria): RowLeaf[] {
  if ('all' in row) return row.all.flatMap(leavesOf);
  if ('any' in row) return row.any.flatMap(leavesOf);
  if ('not' in row) return leavesOf(row.not);
  return [row];
}
