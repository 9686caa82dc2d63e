import { pageQuery } from '@entrepot/platform-http';
import { z } from 'zod';
import { column } from './columns.js';
import { deviceFilterShape } from './device-filter.js';
import { deviceOrder } from './device-order.js';

const MAX_NAME = 100;
const MAX_DESCRIPTION = 1_000;
const CONTROL = /\p{Cc}/u;

/** What is kept of a search: everything of POST /devices/search but the page. */
export const keptSearch = z.strictObject({
  ...deviceFilterShape,
  columns: z.array(column).max(50).optional(),
  sort: deviceOrder.optional(),
});

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  .refine((text) => !CONTROL.test(text) && text.isWellFormed(), 'must not have control characters');
const description = z
  .string()
  .trim()
  .max(MAX_DESCRIPTION)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must not have NUL');
const visibility = z.enum(['private', 'shared']);

/** What POST /api/v1/searches takes. */
export const newSearch = z.strictObject({
  name,
  description: description.default(''),
  /** `shared`: everybody may use it, only its owner may change it. */
  visibility: visibility.default('private'),
  search: keptSearch,
});

/** What PATCH /api/v1/searches/{id} takes. */
export const searchChange = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    visibility: visibility.optional(),
    search: keptSearch.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something');

/** A search that somebody keeps. */
export const savedSearch = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  visibility,
  owner: z.object({ accountId: z.string(), name: z.string() }),
  search: keptSearch,
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
});

/** The query of the list of saved searches. */
export const savedSearchQuery = pageQuery;

export type NewSearch = z.output<typeof newSearch>;
export type SearchChange = z.output<typeof searchChange>;
export type SavedSearch = z.output<typeof savedSearch>;

/** A saved search as the driver answers it. */
export interface SavedSearchRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: SavedSearch['visibility'];
  readonly ownerId: string;
  readonly ownerName: string;
  readonly search: SavedSearch['search'];
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** The columns of a `saved_search s`. */
export const SAVED_SEARCH_COLUMNS = `
  s.id, s.name, s.description, s.visibility, s.owner_id AS "ownerId", s.owner_name AS "ownerName", s.search,
  s.created_at AS "createdAt", s.changed_at AS "changedAt"`;

/** Makes a saved search of a row. */
export function toSavedSearch(row: SavedSearchRow): SavedSearch {
  return {
    ...{ id: row.id, name: row.name, description: row.description, visibility: row.visibility },
    owner: { accountId: row.ownerId, name: row.ownerName },
    search: row.search,
    ...{ createdAt: row.createdAt.toISOString(), changedAt: row.changedAt.toISOString() },
  };
}
