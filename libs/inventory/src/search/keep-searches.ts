import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { HTTP_ERRORS } from '@entrepot/platform-http';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { INVENTORY_ERRORS } from '../errors.js';
import {
  SAVED_SEARCH_COLUMNS,
  toSavedSearch,
  type NewSearch,
  type SavedSearch,
  type SavedSearchRow,
  type SearchChange,
} from './saved-search.js';
import { searchNotFound } from './show-searches.js';

const MOST_PER_OWNER = 500;
const UNIQUE_VIOLATION = '23505';

/** Makes, changes and deletes saved searches; each is its owner's to change. */
@Injectable()
export class KeepSearches {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_SEARCH_NAME_TAKEN, INVENTORY_SEARCH_LIMIT */
  create(principal: Principal, kept: NewSearch): Promise<SavedSearch> {
    return refuseTakenName(kept.name, () =>
      this.outbox.transaction(async (tx) => {
        const id = uuidv7();
        const rows: SavedSearchRow[] = await tx.manager.query(INSERT, [
          ...[id, kept.name, kept.description, principal.accountId, principal.name, kept.visibility],
          ...[JSON.stringify(kept.search), this.clock.now(), MOST_PER_OWNER],
        ]);
        const [row] = rows;
        if (row === undefined) {
          throw new AppError(
            INVENTORY_ERRORS.INVENTORY_SEARCH_LIMIT,
            `An account may keep ${MOST_PER_OWNER} searches.`,
          );
        }
        record(tx, principal, 'search.create', row);
        return toSavedSearch(row);
      }),
    );
  }

  /** @throws AppError INVENTORY_SEARCH_NOT_FOUND, INVENTORY_SEARCH_NAME_TAKEN, HTTP_FORBIDDEN */
  change(principal: Principal, id: string, change: SearchChange): Promise<SavedSearch> {
    return refuseTakenName(change.name ?? '', () =>
      this.outbox.transaction(async (tx) => {
        const before = await lockOwn(tx, principal, id);
        const after = { ...before, ...change };
        const rows: SavedSearchRow[] = await tx.manager
          .query<[SavedSearchRow[], number]>(UPDATE, [
            id,
            after.name,
            after.description,
            after.visibility,
            JSON.stringify(after.search),
            this.clock.now(),
          ])
          .then(([updated]) => updated);
        const row = rows[0] ?? before;
        record(tx, principal, 'search.change', row);
        return toSavedSearch(row);
      }),
    );
  }

  /** @throws AppError INVENTORY_SEARCH_NOT_FOUND, HTTP_FORBIDDEN */
  async delete(principal: Principal, id: string): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const row = await lockOwn(tx, principal, id);
      await tx.manager.query('DELETE FROM saved_search WHERE id = $1', [id]);
      record(tx, principal, 'search.delete', row);
    });
  }
}

async function lockOwn(tx: Transaction, principal: Principal, id: string): Promise<SavedSearchRow> {
  const rows: SavedSearchRow[] = await tx.manager.query(
    `SELECT ${SAVED_SEARCH_COLUMNS} FROM saved_search s WHERE s.id = $1 FOR UPDATE`,
    [id],
  );
  const [row] = rows;
  if (row?.ownerId === principal.accountId) return row;
  if (row?.visibility !== 'shared') throw searchNotFound(id);
  throw new AppError(HTTP_ERRORS.HTTP_FORBIDDEN, 'Only its owner may change this search.');
}

function record(tx: Transaction, principal: Principal, action: string, row: SavedSearchRow): void {
  const detail = { name: row.name, visibility: row.visibility };
  tx.publish(changeRecorded, auditChange(principal, 'inventory', action, 'search', row.id, detail), row.id);
}

async function refuseTakenName<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_SEARCH_NAME_TAKEN,
      `name: you have a search named “${name}” already.`,
      { field: 'name' },
      { cause: error },
    );
  }
}

const INSERT = `
  INSERT INTO saved_search AS s
    (id, name, description, owner_id, owner_name, visibility, search, created_at, changed_at)
  SELECT $1::uuid, $2, $3, $4, $5, $6, $7::jsonb, $8::timestamptz, $8::timestamptz
  WHERE (SELECT count(*) FROM saved_search WHERE owner_id = $4) < $9::int
  RETURNING ${SAVED_SEARCH_COLUMNS}`;

const UPDATE = `
  UPDATE saved_search s SET name = $2, description = $3, visibility = $4, search = $5::jsonb, changed_at = $6
  WHERE s.id = $1 RETURNING ${SAVED_SEARCH_COLUMNS}`;
