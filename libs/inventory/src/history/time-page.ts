import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { z } from 'zod';

/** A moment to the microsecond, as PostgreSQL keeps it: a `Date` would lose some of it, and rows with it. */
export const MOMENT = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

// A cursor may be forged, and PostgreSQL knows no year 0.
const moment = z.iso.datetime().refine((text) => !text.startsWith('0000'));

/** Where a list in the order of time, newest first, goes on: a moment, and what tells rows of that moment apart. */
export interface TimePosition {
  readonly moment: string | null;
  readonly tie: string | null;
}

/**
 * Reads where a page begins; nulls for the first one.
 * @param tie what the second part of a position must look like
 * @throws AppError HTTP_CURSOR_INVALID
 */
export function timePosition({ cursor }: PageQuery, tie: RegExp): TimePosition {
  if (cursor === undefined) return { moment: null, tie: null };
  const [at, last] = decodeCursor(cursor, z.tuple([moment, z.string().regex(tie)]));
  return { moment: at, tie: last };
}

/** Makes a page of rows that were read with one more than the limit. */
export function timePage<Row extends { readonly moment: string; readonly tie: string }, Item>(
  rows: readonly Row[],
  limit: number,
  total: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = last !== undefined && rows.length > limit ? encodeCursor([last.moment, last.tie]) : null;
  return { items: shown.map(toItem), total, next };
}
