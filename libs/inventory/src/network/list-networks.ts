import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { NetworkView } from './network-view.js';

interface NetworkRow extends Omit<NetworkView, 'lastSeenAt'> {
  readonly lastSeenAt: Date | null;
}

/** Lists the subnets on which devices stand or hosts were found, in the order of their addresses. */
@Injectable()
export class ListNetworks {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute({ limit, cursor }: PageQuery): Promise<Page<NetworkView>> {
    const [after] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.ipv4()]));
    const [rows, counted] = await Promise.all([
      this.database.query<NetworkRow[]>(PAGE, [after, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT),
    ]);
    const items = rows.slice(0, limit).map((row) => ({
      ...row,
      lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    }));
    const last = items.at(-1);
    const next = rows.length > limit && last !== undefined ? encodeCursor([last.subnet]) : null;
    return { items, total: counted[0]?.total ?? 0, next };
  }
}

const SUBNETS = `SELECT subnet FROM network_interface UNION SELECT subnet FROM netmap`;

const COUNT = `SELECT count(*)::int AS total FROM (${SUBNETS}) s`;

const PAGE = `
  SELECT s.subnet, i.inventoried, h.identified, h.unknown, h.last_seen_at AS "lastSeenAt", a.agents
  FROM (
    SELECT subnet FROM (${SUBNETS}) every WHERE $1::inet IS NULL OR subnet::inet > $1
    ORDER BY subnet::inet LIMIT $2
  ) s
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT i.device_id)::int AS inventoried
    FROM network_interface i JOIN device d ON d.id = i.device_id AND d.state = 'active' WHERE i.subnet = s.subnet
  ) i
  CROSS JOIN LATERAL (
    SELECT max(last_seen_at) AS last_seen_at,
      count(*) FILTER (WHERE NOT known AND kind IS NOT NULL)::int AS identified,
      count(*) FILTER (WHERE NOT known AND kind IS NULL)::int AS unknown
    FROM (
      SELECT n.last_seen_at, n.kind, EXISTS (
        SELECT FROM network_interface i JOIN device d ON d.id = i.device_id AND d.state = 'active'
        WHERE i.mac = n.mac) AS known
      FROM netmap n WHERE n.subnet = s.subnet
    ) found
  ) h
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', d.id, 'name', d.name,
      'since', to_char(m.elected_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY d.name), '[]') AS agents
    FROM network_member m JOIN device d ON d.id = m.device_id
    WHERE m.subnet = s.subnet AND m.elected_at IS NOT NULL
  ) a
  ORDER BY s.subnet::inet`;
