import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StorageSummary, StoredPackageDetail, StoredPackageView } from './stored-package.schemas.js';

type Dated<View> = {
  readonly [Key in keyof View]: Key extends `${string}At` | 'keepUntil' | 'oldestVerification' | 'since'
    ? Date | Extract<View[Key], null>
    : View[Key];
};

const DAMAGE_MAX = 1_000;

/** What operators see of stored packages. */
@Injectable()
export class StoredPackageQueries {
  constructor(private readonly database: DataSource) {}

  /** Packages of which something is stored, highest file id first. */
  list(before: string | null, limit: number): Promise<Dated<StoredPackageView>[]> {
    return this.database.query(
      `${PACKAGES} WHERE p.freed_at IS NULL AND ($1::text IS NULL OR p.file_id < $1)
       ORDER BY p.file_id DESC LIMIT $2`,
      [before, limit],
    );
  }

  async count(): Promise<number> {
    const rows: { readonly count: number }[] = await this.database.query(
      'SELECT count(*)::int AS count FROM published_package WHERE freed_at IS NULL',
    );
    return rows[0]?.count ?? 0;
  }

  async find(fileId: string): Promise<Dated<StoredPackageView> | null> {
    const rows: Dated<StoredPackageView>[] = await this.database.query(
      `${PACKAGES} WHERE p.freed_at IS NULL AND p.file_id = $1`,
      [fileId],
    );
    return rows[0] ?? null;
  }

  damage(fileId: string): Promise<Dated<StoredPackageDetail['damage'][number]>[]> {
    return this.database.query(
      `SELECT b.name, c.sha256, c.damage AS reason, c.damaged_at AS since
       FROM published_blob b JOIN content c USING (sha256)
       WHERE b.file_id = $1 AND c.damaged_at IS NOT NULL ORDER BY b.name LIMIT $2`,
      [fileId, DAMAGE_MAX],
    );
  }

  async summary(): Promise<Dated<StorageSummary>> {
    const rows: Dated<StorageSummary>[] = await this.database.query(SUMMARY);
    const [row] = rows;
    if (row === undefined) throw new Error('A sum has a row.');
    return row;
  }
}

const PACKAGES = `
  SELECT p.file_id AS "fileId", p.published_at AS "publishedAt", s.*,
    p.withdrawn_at AS "withdrawnAt", p.keep_until AS "keepUntil"
  FROM published_package p CROSS JOIN LATERAL (
    SELECT count(*)::int AS files, coalesce(sum(b.size), 0)::float8 AS bytes,
      coalesce(sum(b.size) FILTER (WHERE EXISTS (
        SELECT 1 FROM published_blob o WHERE o.sha256 = b.sha256 AND o.file_id <> b.file_id)), 0)::float8 AS "sharedBytes",
      (count(*) FILTER (WHERE c.damaged_at IS NOT NULL))::int AS "damagedFiles",
      CASE WHEN bool_and(c.verified_at IS NOT NULL) THEN min(c.verified_at) END AS "verifiedAt"
    FROM published_blob b JOIN content c USING (sha256) WHERE b.file_id = p.file_id
  ) s`;

const SUMMARY = `
  SELECT (SELECT count(*)::int FROM published_package WHERE freed_at IS NULL) AS packages,
    count(*)::int AS contents, coalesce(sum(size), 0)::float8 AS "bytesStored",
    (SELECT coalesce(sum(size), 0)::float8 FROM published_blob) AS "bytesPublished",
    (count(*) FILTER (WHERE damaged_at IS NOT NULL))::int AS "damagedContents",
    min(coalesce(verified_at, stored_at)) AS "oldestVerification",
    (SELECT count(*)::int FROM object_cleanup) AS "objectsToDelete"
  FROM content`;
