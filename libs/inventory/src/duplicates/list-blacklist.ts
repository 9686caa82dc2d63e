import { decodeCursor, encodeCursor, pageQuery, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  toBlacklistedValue,
  VALUE_COLUMNS,
  type BlacklistedValue,
  type StoredValue,
} from './blacklisted-value.js';
import { BLACKLIST_KINDS } from './worthless-values.js';

/** What GET /api/v1/blacklisted-values takes. */
export const blacklistQuery = pageQuery.extend({ kind: z.enum(BLACKLIST_KINDS).optional() });

export type BlacklistQuery = z.output<typeof blacklistQuery>;

const noNul = z.string().refine((text) => !text.includes('\0'));
const position = z.tuple([noNul, noNul]);

/** Lists the values by which machines are not recognised, by kind. */
@Injectable()
export class ListBlacklist {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute({ kind, limit, cursor }: BlacklistQuery): Promise<Page<BlacklistedValue>> {
    const [after, pattern] = cursor === undefined ? [null, null] : decodeCursor(cursor, position);
    const [rows, counted] = await Promise.all([
      this.database.query<StoredValue[]>(PAGE, [kind ?? null, after, pattern, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [kind ?? null]),
    ]);
    const items = rows.slice(0, limit).map(toBlacklistedValue);
    const last = items.at(-1);
    const next = rows.length > limit && last ? encodeCursor([last.kind, last.pattern]) : null;
    return { items, total: counted[0]?.total ?? 0, next };
  }
}

const OF_KIND = '($1::text IS NULL OR kind = $1)';

const PAGE = `
  SELECT ${VALUE_COLUMNS} FROM blacklisted_value
  WHERE ${OF_KIND} AND ($2::text IS NULL OR (kind, lower(pattern)) > ($2, lower($3::text)))
  ORDER BY kind, lower(pattern) LIMIT $4`;

const COUNT = `SELECT count(*)::int AS total FROM blacklisted_value WHERE ${OF_KIND}`;
