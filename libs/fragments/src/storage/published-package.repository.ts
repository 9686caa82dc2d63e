import type { FileId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** The life of a published package; times are those of this context's database or of the event that brought them. */
export interface PublishedPackage {
  readonly fileId: string;
  readonly withdrawnAt: Date | null;
  readonly keepUntil: Date | null;
  readonly releasedAt: Date | null;
  readonly freedAt: Date | null;
}

/** The only queries that write the table `published_package`. */
@Injectable()
export class PublishedPackageRepository {
  /** Keeps other work on this package waiting until the transaction ends, in this and other processes. */
  async lock(manager: EntityManager, fileId: string): Promise<void> {
    await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('fragments.package.' || $1, 0))", [
      fileId,
    ]);
  }

  /** Null when it was never published. */
  async find(manager: EntityManager, fileId: string): Promise<PublishedPackage | null> {
    const rows: PublishedPackage[] = await manager.query(
      `SELECT file_id AS "fileId", withdrawn_at AS "withdrawnAt", keep_until AS "keepUntil",
         released_at AS "releasedAt", freed_at AS "freedAt"
       FROM published_package WHERE file_id = $1`,
      [fileId],
    );
    return rows[0] ?? null;
  }

  async insert(manager: EntityManager, fileId: FileId, fragments: number): Promise<void> {
    await manager.query('INSERT INTO published_package (file_id, fragments) VALUES ($1, $2)', [
      fileId,
      fragments,
    ]);
  }

  /** A withdrawal that is told again may only bring the end nearer. */
  async withdraw(manager: EntityManager, fileId: string, at: Date, keepUntil: Date): Promise<void> {
    await manager.query(
      `UPDATE published_package SET withdrawn_at = coalesce(withdrawn_at, $2), keep_until = least(keep_until, $3)
       WHERE file_id = $1`,
      [fileId, at, keepUntil],
    );
  }

  async release(manager: EntityManager, fileId: string, at: Date): Promise<void> {
    await manager.query(
      'UPDATE published_package SET released_at = coalesce(released_at, $2) WHERE file_id = $1',
      [fileId, at],
    );
  }

  async markFreed(manager: EntityManager, fileId: string, at: Date): Promise<void> {
    await manager.query('UPDATE published_package SET freed_at = $2 WHERE file_id = $1', [fileId, at]);
  }

  /** Packages that were kept long enough after their deletion, longest overdue first. */
  async listExpired(manager: EntityManager, now: Date, atMost: number): Promise<string[]> {
    const rows: { readonly fileId: string }[] = await manager.query(
      `SELECT file_id AS "fileId" FROM published_package
       WHERE withdrawn_at IS NOT NULL AND freed_at IS NULL AND keep_until <= $1 ORDER BY keep_until LIMIT $2`,
      [now, atMost],
    );
    return rows.map(({ fileId }) => fileId);
  }

  /** Notes that a verification is asked for; false when one was in so many seconds before, or nothing is stored. */
  async noteVerificationAsked(manager: EntityManager, fileId: string, seconds: number): Promise<boolean> {
    const [, changed] = (await manager.query(
      `UPDATE published_package SET verification_asked_at = now() WHERE file_id = $1 AND freed_at IS NULL
         AND (verification_asked_at IS NULL OR verification_asked_at <= now() - $2 * interval '1 second')`,
      [fileId, seconds],
    )) as [unknown, number];
    return changed > 0;
  }
}
