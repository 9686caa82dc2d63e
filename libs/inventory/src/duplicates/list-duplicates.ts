import { decodeCursor, encodeCursor, pageQuery, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { PAIR_COLUMNS, toPairViews, type PairView, type StoredPair } from './duplicate-views.js';

/** What GET /api/v1/duplicates takes. */
export const duplicatesQuery = pageQuery.extend({
  state: z.enum(['open', 'merged', 'dismissed']).default('open'),
});

export type DuplicatesQuery = z.output<typeof duplicatesQuery>;

const position = z.tuple([z.int(), z.uuid()]);

/** Lists pairs of devices that may be one machine, the likeliest first. */
@Injectable()
export class ListDuplicates {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute({ state, limit, cursor }: DuplicatesQuery): Promise<Page<PairView>> {
    const [score, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, position);
    const [pairs, counted] = await Promise.all([
      this.database.query<StoredPair[]>(PAGE, [state, score, id, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [state]),
    ]);
    const items = await toPairViews(this.database, pairs.slice(0, limit));
    const last = items.at(-1);
    const next = pairs.length > limit && last ? encodeCursor([last.score, last.id]) : null;
    return { items, total: counted[0]?.total ?? 0, next };
  }
}

// Deleted devices and those that are part of another one are no question.
const LISTED = `
  duplicate_pair p JOIN device o ON o.id = p.older_id JOIN device n ON n.id = p.newer_id
  WHERE p.state = $1 AND ($1 <> 'open'
    OR (o.state IN ('active', 'archived') AND n.state IN ('active', 'archived')))`;

const PAGE = `
  SELECT ${PAIR_COLUMNS} FROM ${LISTED}
    AND ($2::int IS NULL OR p.score < $2 OR (p.score = $2 AND p.id > $3::uuid))
  ORDER BY p.score DESC, p.id LIMIT $4`;

const COUNT = `SELECT count(*)::int AS total FROM ${LISTED}`;
