import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ProbeResult } from './probe-result.js';
import type { ProxyCache, ProxyCacheId } from './proxy-cache.js';

const COLUMNS = `id, name, kind, host, port, path, requires_password AS "requiresPassword",
  allows_purge AS "allowsPurge", networks::text[] AS networks, description, created_at AS "createdAt", probe`;

/** The only queries on the table `proxy_cache`. */
@Injectable()
export class ProxyCacheRepository {
  /** Newest first, those before the given one in that order. */
  list(manager: EntityManager, before: ProxyCacheId | null, limit: number): Promise<ProxyCache[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM proxy_cache WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before, limit],
    );
  }

  async count(manager: EntityManager): Promise<number> {
    const [row]: { count: number }[] = await manager.query('SELECT count(*)::int FROM proxy_cache');
    return row?.count ?? 0;
  }

  async find(manager: EntityManager, id: ProxyCacheId): Promise<ProxyCache | null> {
    const [row]: ProxyCache[] = await manager.query(`SELECT ${COLUMNS} FROM proxy_cache WHERE id = $1`, [id]);
    return row ?? null;
  }

  /** Keeps everybody else from registering, changing or deleting until the transaction ends. */
  async lockAll(manager: EntityManager): Promise<void> {
    await manager.query('LOCK TABLE proxy_cache IN SHARE ROW EXCLUSIVE MODE');
  }

  /** Stores a cache; false when another one has its name. What a probe found of another place is forgotten. */
  async store(manager: EntityManager, cache: ProxyCache): Promise<boolean> {
    const { id, name, kind, host, port, path, requiresPassword, allowsPurge } = cache;
    const written: unknown[] = await manager.query(STORE, [
      ...[id, name, kind, host, port, path, requiresPassword, allowsPurge],
      ...[cache.networks, cache.description, cache.createdAt],
    ]);
    return written.length > 0;
  }

  async remove(manager: EntityManager, id: ProxyCacheId): Promise<void> {
    await manager.query('DELETE FROM proxy_cache WHERE id = $1', [id]);
  }

  /** Keeps what a probe found, unless the cache has been moved meanwhile. */
  async keepProbe(
    manager: EntityManager,
    { id, kind, host, port, path }: ProxyCache,
    probe: ProbeResult,
  ): Promise<void> {
    await manager.query(
      `UPDATE proxy_cache SET probe = $6, probed_at = $7
       WHERE id = $1 AND (kind, host, port, path) = ($2, $3, $4, $5)`,
      [id, kind, host, port, path, JSON.stringify(probe), probe.at],
    );
  }

  /** All that obey PURGE. */
  async listPurgeable(manager: EntityManager): Promise<ProxyCacheId[]> {
    const rows: { readonly id: ProxyCacheId }[] = await manager.query(
      'SELECT id FROM proxy_cache WHERE allows_purge ORDER BY id',
    );
    return rows.map(({ id }) => id);
  }
}

// Postgres takes a network only without the bits of a host, which people are free to write.
const STORE = `
  INSERT INTO proxy_cache (id, name, kind, host, port, path, requires_password, allows_purge, networks, description,
    created_at)
  SELECT $1, $2, $3, $4, $5::int, $6, $7::boolean, $8::boolean,
    ARRAY(SELECT DISTINCT network(n) FROM unnest($9::inet[]) AS n ORDER BY 1), $10, $11::timestamptz
  WHERE NOT EXISTS (SELECT FROM proxy_cache WHERE name = $2 AND id <> $1)
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, host = excluded.host, port = excluded.port, path = excluded.path,
    requires_password = excluded.requires_password, allows_purge = excluded.allows_purge,
    networks = excluded.networks, description = excluded.description,
    probe = CASE WHEN (proxy_cache.kind, proxy_cache.host, proxy_cache.port, proxy_cache.path)
      = (excluded.kind, excluded.host, excluded.port, excluded.path) THEN proxy_cache.probe END,
    probed_at = CASE WHEN (proxy_cache.kind, proxy_cache.host, proxy_cache.port, proxy_cache.path)
      = (excluded.kind, excluded.host, excluded.port, excluded.path) THEN proxy_cache.probed_at END
  RETURNING 1`;
