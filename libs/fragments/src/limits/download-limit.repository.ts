import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { DownloadLimitBody } from './download-limit.schemas.js';

/** How much a network may fetch. */
export interface DownloadLimit extends DownloadLimitBody {
  readonly id: string;
  /** As PostgreSQL writes it: `10.2.0.0/16`. */
  readonly network: string;
  readonly createdAt: Date;
}

const COLUMNS = `id, network::text AS network, max_parallel AS "maxParallel",
  bytes_per_second::float8 AS "bytesPerSecond", description, created_at AS "createdAt"`;

/** The only queries on the table `download_limit`. */
@Injectable()
export class DownloadLimitRepository {
  constructor(private readonly database: DataSource) {}

  /** Newest first, those before the given id. */
  page(before: string | null, limit: number): Promise<DownloadLimit[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM download_limit WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before, limit],
    );
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM download_limit',
    );
    return row?.count ?? 0;
  }

  /** All of them, the smallest networks first. */
  all(): Promise<DownloadLimit[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM download_limit ORDER BY masklen(network) DESC, id`);
  }

  async one(manager: EntityManager, id: string): Promise<DownloadLimit | null> {
    const [row] = await manager.query<DownloadLimit[]>(
      `SELECT ${COLUMNS} FROM download_limit WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** @returns null when the network has a limit already */
  async insert(
    manager: EntityManager,
    id: string,
    body: DownloadLimitBody,
    now: Date,
  ): Promise<DownloadLimit | null> {
    const [row] = await manager.query<DownloadLimit[]>(
      `INSERT INTO download_limit (id, network, max_parallel, bytes_per_second, description, created_at)
       VALUES ($1, network($2::inet), $3, $4, $5, $6) ON CONFLICT (network) DO NOTHING RETURNING ${COLUMNS}`,
      [id, body.network, body.maxParallel, body.bytesPerSecond, body.description, now],
    );
    return row ?? null;
  }

  /** @returns null when another limit has that network */
  async update(manager: EntityManager, id: string, body: DownloadLimitBody): Promise<DownloadLimit | null> {
    const [rows] = (await manager.query(
      `UPDATE download_limit
       SET network = network($2::inet), max_parallel = $3, bytes_per_second = $4, description = $5
       WHERE id = $1 AND NOT EXISTS (
         SELECT 1 FROM download_limit other WHERE other.network = network($2::inet) AND other.id <> $1)
       RETURNING ${COLUMNS}`,
      [id, body.network, body.maxParallel, body.bytesPerSecond, body.description],
    )) as [DownloadLimit[], number];
    return rows[0] ?? null;
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.query('DELETE FROM download_limit WHERE id = $1', [id]);
  }
}
