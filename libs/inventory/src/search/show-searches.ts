import { AppError } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import {
  SAVED_SEARCH_COLUMNS,
  toSavedSearch,
  type SavedSearch,
  type SavedSearchRow,
} from './saved-search.js';

const position = z.tuple([z.string().refine((name) => !name.includes('\0')), z.uuid()]);

/** Shows the searches of an account and those that others share. */
@Injectable()
export class ShowSearches {
  constructor(private readonly database: DataSource) {}

  /** In the order of names. @throws AppError HTTP_CURSOR_INVALID */
  async list(principal: Principal, { limit, cursor }: PageQuery): Promise<Page<SavedSearch>> {
    const [name, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, position);
    const [rows, counted] = await Promise.all([
      this.database.query<SavedSearchRow[]>(PAGE, [principal.accountId, name, id, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [principal.accountId]),
    ]);
    const items = rows.slice(0, limit).map(toSavedSearch);
    const last = items.at(-1);
    const next = rows.length > limit && last ? encodeCursor([last.name, last.id]) : null;
    return { items, total: counted[0]?.total ?? 0, next };
  }

  /** @throws AppError INVENTORY_SEARCH_NOT_FOUND, also when it is somebody else's own */
  async one(principal: Principal, id: string): Promise<SavedSearch> {
    const rows: SavedSearchRow[] = await this.database.query(
      `SELECT ${SAVED_SEARCH_COLUMNS} FROM saved_search s WHERE ${VISIBLE} AND s.id = $2`,
      [principal.accountId, id],
    );
    if (rows[0] === undefined) throw searchNotFound(id);
    return toSavedSearch(rows[0]);
  }
}

/** What is thrown when a saved search is asked for that does not exist. */
export function searchNotFound(id: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_SEARCH_NOT_FOUND, 'There is no saved search of that id.', {
    id,
  });
}

const VISIBLE = `(s.owner_id = $1 OR s.visibility = 'shared')`;

const PAGE = `
  SELECT ${SAVED_SEARCH_COLUMNS} FROM saved_search s
  WHERE ${VISIBLE} AND ($2::text IS NULL OR (s.name, s.id) > ($2, $3::uuid)) ORDER BY s.name, s.id LIMIT $4`;

const COUNT = `SELECT count(*)::int AS total FROM saved_search s WHERE ${VISIBLE}`;
