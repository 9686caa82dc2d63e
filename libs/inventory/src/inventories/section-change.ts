import type { StoredRow } from './canonical-section.js';

/** Rows of a section that came and went with one inventory, as canonical JSON. */
export interface SectionChange {
  readonly section: string;
  readonly added: ChangedRows;
  readonly removed: ChangedRows;
}

/** One side of a change. */
export interface ChangedRows {
  /** As many as are kept. */
  readonly rows: readonly string[];
  /** How many there were. */
  readonly count: number;
}

/** What an event says of a change. */
export interface ToldChange {
  readonly section: string;
  readonly added: StoredRow[];
  readonly removed: StoredRow[];
}

/** Rows kept of each side. */
export const MAX_CHANGED_ROWS = 500;
const MAX_BYTES = 64 * 1024;
/** Of all changes in one event: buses refuse large messages, and an event is no document. */
const MAX_TOLD_BYTES = 180_000;

/** Compares two lists of canonical rows, of which each may have the same row several times, in any order. */
export function changeOf(
  section: string,
  before: readonly string[],
  after: readonly string[],
): SectionChange {
  return { section, added: keptRows(without(after, before)), removed: keptRows(without(before, after)) };
}

/** The change of a list of which only a part of the rows is at hand; both sides bounded. */
export function keptRows(rows: readonly string[], count = rows.length): ChangedRows {
  const kept: string[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, MAX_CHANGED_ROWS)) {
    bytes += Buffer.byteLength(row);
    if (bytes > MAX_BYTES) break;
    kept.push(row);
  }
  return { rows: kept, count };
}

/** Whether anything came or went. */
export function isChange({ added, removed }: SectionChange): boolean {
  return added.count + removed.count > 0;
}

/** The changes that an event has room for: whole ones only, small ones first. */
export function toldChanges(changes: readonly SectionChange[]): ToldChange[] {
  let bytes = 0;
  return changes
    .filter((change) => isChange(change) && isWhole(change.added) && isWhole(change.removed))
    .map((change) => ({ change, size: sizeOf(change) }))
    .sort((a, b) => a.size - b.size)
    .filter(({ size }) => (bytes += size) <= MAX_TOLD_BYTES)
    .map(({ change: { section, added, removed } }) => ({
      section,
      added: added.rows.map(parsed),
      removed: removed.rows.map(parsed),
    }));
}

function isWhole({ rows, count }: ChangedRows): boolean {
  return rows.length === count;
}

function sizeOf({ added, removed }: SectionChange): number {
  return [...added.rows, ...removed.rows].reduce((sum, row) => sum + Buffer.byteLength(row), 0);
}

function parsed(row: string): StoredRow {
  return JSON.parse(row) as StoredRow;
}

/** The rows of one list that the other one does not have, counted. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(row) ?? 0;
    if (count > 0) left.set(row, count - 1);
    return count === 0;
  });
}
