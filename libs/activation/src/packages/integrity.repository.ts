import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A file as agents know it. */
export interface NamedFile {
  readonly fileId: string;
  /** `info` or `<file id>-<n>`. */
  readonly name: string;
}

const GIVEN = `(SELECT file_id, array_agg(name) AS names, jsonb_object_agg(name, $3::timestamptz) AS restored
  FROM unnest($1::text[], $2::text[]) AS file (file_id, name) GROUP BY file_id) given`;

/** Those of the given names that were not restored at the time of the news ($3) or since. */
function stillDamaged(names: string): string {
  return `SELECT name FROM unnest(${names}) AS file (name)
    WHERE ((p.restored_files ->> name)::timestamptz >= $3) IS NOT TRUE`;
}

/**
 * What is known of the stored bytes of packages. The facts come by different consumers in any order: one from before a
 * package was last read as a whole says nothing new, nor does damage from before the file was restored. Each statement
 * goes by the row as it finds it locked, for several of them may come at the same time.
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
    const left = stillDamaged('$2::text[]');
    await manager.query(
      `UPDATE package p SET verified_at = $3, damaged_files = ARRAY(${left}),
         damaged_at = CASE WHEN EXISTS (${left}) THEN coalesce(p.damaged_at, $3) END
       WHERE p.file_id = $1 AND (p.verified_at IS NULL OR p.verified_at <= $3)`,
      [fileId, damaged, at],
    );
  }

  /** Some files turned out to be damaged. */
  async failed(manager: EntityManager, files: readonly NamedFile[], at: Date): Promise<void> {
    await manager.query(
      `UPDATE package p SET damaged_at = coalesce(p.damaged_at, $3),
         damaged_files = ARRAY(SELECT unnest(p.damaged_files) UNION ${stillDamaged('given.names')} ORDER BY 1)
       FROM ${GIVEN}
       WHERE p.file_id = given.file_id AND (p.verified_at IS NULL OR p.verified_at <= $3)
         AND EXISTS (${stillDamaged('given.names')})`,
      [...columns(files), at],
    );
  }

  /** Some damaged files are right again. */
  async restored(manager: EntityManager, files: readonly NamedFile[], at: Date): Promise<void> {
    await manager.query(
      `UPDATE package p SET
         damaged_files = ARRAY(SELECT unnest(p.damaged_files) EXCEPT SELECT unnest(given.names) ORDER BY 1),
         damaged_at = CASE WHEN p.damaged_files <@ given.names THEN NULL ELSE p.damaged_at END,
         restored_files = p.restored_files || given.restored
       FROM ${GIVEN}
       WHERE p.file_id = given.file_id AND (p.verified_at IS NULL OR p.verified_at <= $3)`,
      [...columns(files), at],
    );
  }
}

function columns(files: readonly NamedFile[]): [string[], string[]] {
  return [files.map(({ fileId }) => fileId), files.map(({ name }) => name)];
}
