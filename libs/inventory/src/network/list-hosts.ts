import { decodeCursor, encodeCursor, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { HOST_ROWS, toHostView, type HostRow } from './host-row.js';
import type { HostsQuery, HostView } from './network-view.js';

/** Lists the hosts that agents found on a subnet, in the order of their MACs. */
@Injectable()
export class ListHosts {
  constructor(private readonly database: DataSource) {}

  /** A subnet that nobody knows has no hosts. @throws AppError HTTP_CURSOR_INVALID */
  async execute(subnet: string, { limit, cursor, status }: HostsQuery): Promise<Page<HostView>> {
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.mac()]));
    const filters = [subnet, status ?? null];
    const [rows, counted] = await Promise.all([
      this.database.query<HostRow[]>(PAGE, [...filters, after, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, filters),
    ]);
    const items = rows.slice(0, limit).map(toHostView);
    const last = items.at(-1);
    const next = rows.length > limit && last !== undefined ? encodeCursor([last.mac]) : null;
    return { items, total: counted[0]?.total ?? 0, next };
  }
}

const MATCHING = `FROM (${HOST_ROWS} WHERE n.subnet = $1) h WHERE ($2::text IS NULL OR h.status = $2)`;

const PAGE = `SELECT h.* ${MATCHING} AND h.mac > $3 ORDER BY h.mac LIMIT $4`;

const COUNT = `SELECT count(*)::int AS total ${MATCHING}`;
