import { decodeCursor, encodeCursor, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { storableText } from '../storable-text.js';
import type { GroupQuery } from './group-bodies.js';
import type { GroupSummary } from './group-view.js';
import { COUNTS } from './member-counts.js';

interface GroupRow extends Omit<GroupSummary, 'createdAt'> {
  readonly createdAt: Date;
  readonly key: string;
}

const MAX_TEXT = 255;
const LIKE_SPECIAL = /[\\%_]/g;
// A cursor may be forged, and PostgreSQL refuses a text with NUL.
const position = z.tuple([z.string().refine((key) => !key.includes('\0'))]);

/** Lists groups, in the order of their names. */
@Injectable()
export class ListGroups {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute({ text, kind, limit, cursor }: GroupQuery): Promise<Page<GroupSummary>> {
    const filters = [
      text ? `%${storableText(text, MAX_TEXT).replaceAll(LIKE_SPECIAL, '\\$&')}%` : null,
      kind ?? null,
    ];
    const [after] = cursor === undefined ? [null] : decodeCursor(cursor, position);
    const [rows, counted] = await Promise.all([
      this.database.query<GroupRow[]>(PAGE, [...filters, after, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, filters),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(({ key, createdAt, ...group }) => {
        void key;
        return { ...group, createdAt: createdAt.toISOString() };
      }),
      total: counted[0]?.total ?? 0,
      next: rows.length > limit && last ? encodeCursor([last.key]) : null,
    };
  }
}

const MATCHES = `
  ($1::text IS NULL OR g.name ILIKE $1 OR g.description ILIKE $1) AND ($2::text IS NULL OR g.kind = $2)`;

const PAGE = `
  SELECT g.*, c.matched + c.included AS members
  FROM (
    SELECT g.id, g.name, g.description, g.kind, g.created_at AS "createdAt", g.created_by AS "createdBy",
      lower(g.name) AS key
    FROM device_group g WHERE ${MATCHES} AND ($3::text IS NULL OR lower(g.name) > $3)
    ORDER BY lower(g.name) LIMIT $4
  ) g CROSS JOIN LATERAL (${COUNTS}) c
  ORDER BY g.key`;

const COUNT = `SELECT count(*)::int AS total FROM device_group g WHERE ${MATCHES}`;
