import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A file as agents know it. */
export interface NamedFile {
  readonly fileId: string;
  /** `info` or `<file id>-<n>`. */
  readonly name: string;
}

const GIVEN = `(SELECT file_id, array_agg(name) AS names
  FROM unnest($1::text[], $2::text[]) AS file (file_id, name) GROUP BY file_id) given`;

/**
 * What is known of the stored bytes of packages. The facts come by different consumers in any order: one from before a
 * package was last read as a whole says nothing new.
 */
@Injectable()
export class IntegrityRepository {
  /** Everything of a package was read again. */
  async verified(
    manager: EntityManager,
    fileId: string,
    damaged: readonly string[],
    at: Date,
  ): Promise<void> {
    await manager.query(
      `UPDATE package SET verified_at = $3, damaged_files = $2::text[],
         damaged_at = CASE WHEN cardinality($2::text[]) = 0 THEN NULL ELSE coalesce(damaged_at, $3) END
       WHERE file_id = $1 AND (verified_at IS NULL OR verified_at <= $3)`,
      [fileId, damaged, at],
    );
  }

  /** Some files turned out to be damaged. */
  async failed(manager: EntityManager, files: readonly NamedFile[], at: Date): Promise<void> {
    await manager.query(
      `UPDATE package p SET damaged_at = coalesce(p.damaged_at, $3),
         damaged_files = ARRAY(SELECT unnest(p.damaged_files) UNION SELECT unnest(given.names) ORDER BY 1)
       FROM ${GIVEN}
       WHERE p.file_id = given.file_id AND (p.verified_at IS NULL OR p.verified_at <= $3)`,
      [...columns(files), at],
    );
  }

  /** Some damaged files are right again. */
  async restored(manager: EntityManager, files: readonly NamedFile[], at: Date): Promise<void> {
    await manager.query(
      `UPDATE package p SET damaged_files = left_over.names,
         damaged_at = CASE WHEN cardinality(left_over.names) = 0 THEN NULL ELSE p.damaged_at END
       FROM (SELECT q.package_id,
           ARRAY(SELECT unnest(q.damaged_files) EXCEPT SELECT unnest(given.names) ORDER BY 1) AS names
         FROM package q JOIN ${GIVEN} ON given.file_id = q.file_id) left_over
       WHERE p.package_id = left_over.package_id AND (p.verified_at IS NULL OR p.verified_at <= $3)`,
      [...columns(files), at],
    );
  }
}

function columns(files: readonly NamedFile[]): [string[], string[]] {
  return [files.map(({ fileId }) => fileId), files.map(({ name }) => name)];
}
