import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import { proxyCacheNotFound, type ProxyCacheId } from './proxy-cache.js';
import { ProxyPurgeRepository } from './proxy-purge.repository.js';
import type { ProxyPurge, ProxyPurgeView } from './proxy-purge.js';

const place = z.tuple([z.iso.datetime(), z.string()]);

/** Shows what was to be purged from a proxy cache, last asked for first. */
@Injectable()
export class ListPurges {
  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
    private readonly purges: ProxyPurgeRepository,
  ) {}

  /** @throws AppError FRAGMENTS_PROXY_NOT_FOUND, HTTP_CURSOR_INVALID */
  async execute(id: ProxyCacheId, { limit, cursor }: PageQuery): Promise<Page<ProxyPurgeView>> {
    const { manager } = this.database;
    if ((await this.caches.find(manager, id)) === null) throw proxyCacheNotFound(id);
    const [askedAt, fileId] = cursor === undefined ? [] : decodeCursor(cursor, place);
    const before = askedAt === undefined || fileId === undefined ? null : { askedAt, fileId };
    const rows = await this.purges.list(manager, id, before, limit + 1);
    const items = rows.slice(0, limit).map(view);
    const last = items.at(-1);
    const next = last !== undefined && rows.length > limit ? encodeCursor([last.askedAt, last.fileId]) : null;
    return { items, total: await this.purges.count(manager, id), next };
  }

  /** @throws AppError FRAGMENTS_PROXY_NOT_FOUND when it was never asked for */
  async one(id: ProxyCacheId, fileId: string): Promise<ProxyPurgeView> {
    const purge = await this.purges.find(this.database.manager, id, fileId);
    if (purge === null) throw proxyCacheNotFound(id);
    return view(purge);
  }
}

function view({ fileId, state, askedAt, endedAt, detail }: ProxyPurge): ProxyPurgeView {
  return {
    fileId,
    state,
    askedAt: askedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    detail,
  };
}
