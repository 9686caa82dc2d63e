import { decodeCursor, encodeCursor, pageOf, pageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { storableText } from '../storable-text.js';
import { wildcardPattern } from './like-pattern.js';
import { SearchTransactions } from './search-transactions.js';

const MAX_TEXT = 255;

/** The query of the list of software. */
export const softwareQuery = pageQuery.extend({
  /** Part of the name or the publisher, with the wildcards ? and *. */
  text: z.string().max(MAX_TEXT).default(''),
});

/** Software that active devices have. */
export const installedSoftware = z.object({
  name: z.string(),
  publisher: z.string(),
  version: z.string(),
  /** How many active devices have it. */
  devices: z.int(),
});

/** `total` is null when it takes too long to tell. */
export const softwarePage = pageOf(installedSoftware).extend({ total: z.int().nullable() });

export type SoftwareQuery = z.output<typeof softwareQuery>;
export type SoftwarePage = z.output<typeof softwarePage>;

interface Entry extends z.output<typeof installedSoftware> {
  readonly id: number;
}

const TOTAL_MS = 250;
/** Entries that no device has any more are passed over; this many times at the most for one page. */
const MOST_STEPS = 20;

const text = z.string().refine((value) => !value.includes('\0'));
const position = z.tuple([text, text, text, z.int(), z.int().nullable()]);
type Position = z.output<typeof position>;

/** Lists the software of all devices, in the order of names, with the number of devices that have it. */
@Injectable()
export class ListSoftware {
  constructor(private readonly transactions: SearchTransactions) {}

  /** @throws AppError HTTP_CURSOR_INVALID, INVENTORY_SEARCH_TOO_SLOW */
  async execute({ text: typed, limit, cursor }: SoftwareQuery): Promise<SoftwarePage> {
    const after = cursor === undefined ? null : decodeCursor(cursor, position);
    const pattern = typed === '' ? null : wildcardPattern(storableText(typed, MAX_TEXT));
    const total = after === null ? await this.total(pattern) : after[4];
    const { items, last } = await this.transactions.run((manager) => collect(manager, pattern, limit, after));
    const next = last && encodeCursor([last.name, last.publisher, last.version, last.id, total]);
    return {
      items: items.map(({ name, publisher, version, devices }) => ({ name, publisher, version, devices })),
      total,
      next,
    };
  }

  private total(pattern: string | null): Promise<number | null> {
    return this.transactions.runBriefly(TOTAL_MS, async (manager) => {
      const rows: { total: number }[] = await manager.query(TOTAL, [pattern]);
      return rows[0]?.total ?? 0;
    });
  }
}

/** Reads on until the page is full; `last` is where the next one begins, null at the end. */
async function collect(
  manager: EntityManager,
  pattern: string | null,
  limit: number,
  after: Position | null,
): Promise<{ items: Entry[]; last: Entry | null }> {
  const items: Entry[] = [];
  let from: readonly (string | number | null)[] = after ?? [null, null, null, null];
  let last: Entry | null = null;
  for (let step = 0; step < MOST_STEPS; step++) {
    const entries: Entry[] = await manager.query(PAGE, [pattern, ...from.slice(0, 4), limit + 1]);
    for (const entry of entries) {
      if (items.length === limit) return { items, last };
      last = entry;
      if (entry.devices > 0) items.push(entry);
    }
    if (entries.length <= limit) return { items, last: null };
    from = last === null ? from : [last.name, last.publisher, last.version, last.id];
  }
  return { items, last };
}

const MATCHES = `($1::text IS NULL OR lower(s.name) LIKE lower($1) OR lower(s.publisher) LIKE lower($1))`;

const HAVE_IT = `
  device_software w JOIN device d ON d.id = w.device_id AND d.state = 'active' WHERE w.software_ids @> ARRAY[s.id]`;

const PAGE = `
  SELECT s.*, n.devices FROM (
    SELECT s.id, s.name, s.publisher, s.version FROM software s
    WHERE ${MATCHES} AND ($2::text IS NULL OR (s.name, s.publisher, s.version, s.id) > ($2, $3::text, $4::text, $5::int))
    ORDER BY s.name, s.publisher, s.version, s.id LIMIT $6
  ) s CROSS JOIN LATERAL (SELECT count(*)::int AS devices FROM ${HAVE_IT}) n
  ORDER BY s.name, s.publisher, s.version, s.id`;

const TOTAL = `SELECT count(*)::int AS total FROM software s WHERE ${MATCHES} AND EXISTS (SELECT FROM ${HAVE_IT})`;
