import { beforeId, idPage, pageQuery, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { toMergeViews, type MergeView } from './duplicate-views.js';
import { MERGE_COLUMNS, type MergeRecord } from './merge-record.js';

/** What GET /api/v1/merges takes. */
export const mergesQuery = pageQuery.extend({
  /** Only merges in which this device survived or was absorbed. */
  deviceId: z.uuid().optional(),
});

export type MergesQuery = z.output<typeof mergesQuery>;

/** Lists merges, those that are undone too, the newest first. */
@Injectable()
export class ListMerges {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute(query: MergesQuery): Promise<Page<MergeView>> {
    const deviceId = query.deviceId ?? null;
    const [merges, counted] = await Promise.all([
      this.database.query<MergeRecord[]>(PAGE, [deviceId, beforeId(query), query.limit + 1]),
      this.database.query<{ total: number }[]>(COUNT, [deviceId]),
    ]);
    const page = idPage(merges, query.limit, counted[0]?.total ?? 0);
    return { ...page, items: await toMergeViews(this.database, page.items) };
  }
}

const OF_DEVICE = '($1::uuid IS NULL OR m.survivor_id = $1 OR m.absorbed_id = $1)';

const PAGE = `
  SELECT ${MERGE_COLUMNS} FROM device_merge m
  WHERE ${OF_DEVICE} AND ($2::uuid IS NULL OR m.id < $2) ORDER BY m.id DESC LIMIT $3`;

const COUNT = `SELECT count(*)::int AS total FROM device_merge m WHERE ${OF_DEVICE}`;
