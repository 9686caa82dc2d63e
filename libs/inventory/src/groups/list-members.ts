import { decodeCursor, encodeCursor, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { SUMMARY_COLUMNS, toSummary, type SummaryRow } from '../devices/device-view.js';
import type { MemberQuery } from './group-bodies.js';
import type { GroupMember } from './group-view.js';
import { assertGroup, type MemberOrigin } from './group.js';

interface MemberRow extends SummaryRow {
  readonly origin: MemberOrigin;
  readonly since: Date;
}

// A cursor may be forged, and PostgreSQL refuses a text with NUL.
const position = z.tuple([z.string().refine((name) => !name.includes('\0')), z.uuid()]);
const MEMBERS: readonly MemberOrigin[] = ['matched', 'included'];

/** Lists the devices of a group, in the order of their names. */
@Injectable()
export class ListMembers {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(groupId: string, { origin, limit, cursor }: MemberQuery): Promise<Page<GroupMember>> {
    const [name, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, position);
    await assertGroup(this.database, groupId);
    const which = [groupId, origin === undefined ? MEMBERS : [origin]];
    const [rows, counted] = await Promise.all([
      this.database.query<MemberRow[]>(PAGE, [...which, name, id, limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, which),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => ({
        ...toSummary(row),
        origin: row.origin,
        since: row.since.toISOString(),
      })),
      total: counted[0]?.total ?? 0,
      next: rows.length > limit && last ? encodeCursor([last.name, last.id]) : null,
    };
  }
}

const IN_GROUP = `d.state = 'active' AND m.group_id = $1 AND m.origin = ANY($2::text[])`;

const PAGE = `
  SELECT ${SUMMARY_COLUMNS}, m.origin, m.since
  FROM group_member m JOIN device d ON d.id = m.device_id JOIN device_contact c ON c.device_id = d.id
  WHERE ${IN_GROUP} AND ($3::text IS NULL OR (d.name, d.id) > ($3, $4::uuid))
  ORDER BY d.name, d.id LIMIT $5`;

const COUNT = `
  SELECT count(*)::int AS total FROM group_member m JOIN device d ON d.id = m.device_id WHERE ${IN_GROUP}`;
