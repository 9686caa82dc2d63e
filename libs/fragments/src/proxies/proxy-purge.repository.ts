import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ProxyCacheId } from './proxy-cache.js';
import type { ProxyPurge, PurgeOutcome } from './proxy-purge.js';

const COLUMNS = `proxy_cache_id AS "proxyCacheId", file_id AS "fileId", state, asked_at AS "askedAt",
  after_freeing AS "afterFreeing", ended_at AS "endedAt", detail`;

/** Where a page of purges ended. */
export interface PurgePlace {
  readonly askedAt: string;
  readonly fileId: string;
}

/** The only queries on the table `proxy_purge`. */
@Injectable()
export class ProxyPurgeRepository {
  /** Asks for purges from here on; an earlier one of the same package begins anew. */
  async ask(
    manager: EntityManager,
    proxies: readonly ProxyCacheId[],
    fileId: string,
    afterFreeing: boolean,
    now: Date,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO proxy_purge (proxy_cache_id, file_id, state, asked_at, after_freeing)
       SELECT id, $2, 'waiting', $4, $3 FROM proxy_cache WHERE id = ANY($1::uuid[])
       ON CONFLICT (proxy_cache_id, file_id) DO UPDATE SET state = 'waiting', asked_at = excluded.asked_at,
         after_freeing = proxy_purge.after_freeing OR excluded.after_freeing, ended_at = NULL, detail = NULL`,
      [proxies, fileId, afterFreeing, now],
    );
  }

  async find(manager: EntityManager, proxy: ProxyCacheId, fileId: string): Promise<ProxyPurge | null> {
    const [row]: ProxyPurge[] = await manager.query(
      `SELECT ${COLUMNS} FROM proxy_purge WHERE proxy_cache_id = $1 AND file_id = $2`,
      [proxy, fileId],
    );
    return row ?? null;
  }

  /** Keeps how a purge ended, unless it has been asked for anew. */
  async end(
    manager: EntityManager,
    purge: ProxyPurge,
    { state, detail }: PurgeOutcome,
    now: Date,
  ): Promise<void> {
    await manager.query(
      `UPDATE proxy_purge SET state = $3, detail = $4, ended_at = $5
       WHERE proxy_cache_id = $1 AND file_id = $2 AND date_trunc('milliseconds', asked_at) = $6`,
      [purge.proxyCacheId, purge.fileId, state, detail, now, purge.askedAt],
    );
  }

  /** Those asked for since then that are not done, tried longest ago first. */
  listUnfinished(manager: EntityManager, since: Date, atMost: number): Promise<ProxyPurge[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM proxy_purge WHERE state IN ('waiting', 'unreachable') AND asked_at > $1
       ORDER BY coalesce(ended_at, asked_at), proxy_cache_id, file_id LIMIT $2`,
      [since, atMost],
    );
  }

  /** Those of one proxy cache, last asked for first. */
  list(
    manager: EntityManager,
    proxy: ProxyCacheId,
    before: PurgePlace | null,
    limit: number,
  ): Promise<ProxyPurge[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM proxy_purge
       WHERE proxy_cache_id = $1 AND ($2::timestamptz IS NULL OR (asked_at, file_id) < ($2, $3))
       ORDER BY asked_at DESC, file_id DESC LIMIT $4`,
      [proxy, before?.askedAt ?? null, before?.fileId ?? null, limit],
    );
  }

  async count(manager: EntityManager, proxy: ProxyCacheId): Promise<number> {
    const [row]: { count: number }[] = await manager.query(
      'SELECT count(*)::int FROM proxy_purge WHERE proxy_cache_id = $1',
      [proxy],
    );
    return row?.count ?? 0;
  }
}
