import type { Branded } from '@entrepot/kernel';
import { z } from 'zod';
import { decodeCursor, encodeCursor, type Page, type PageQuery } from './page.js';
import { uuidOf } from './uuid-of.js';

/**
 * The id that a page continues before. Ids are UUID v7, so that their order is that of creation.
 * @throws AppError HTTP_CURSOR_INVALID
 */
export function beforeId<Id extends Branded<string> = Branded<string>>({ cursor }: PageQuery): Id | null {
  return cursor === undefined ? null : decodeCursor(cursor, z.tuple([uuidOf<Id>()]))[0];
}

/** Makes a page of rows that were read with one more than the limit, newest first. */
export function idPage<Item extends { readonly id: string }>(
  rows: readonly Item[],
  limit: number,
  total: number,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, total, next: last !== undefined && rows.length > limit ? encodeCursor([last.id]) : null };
}
