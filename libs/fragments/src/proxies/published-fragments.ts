import type { PublishedBlob } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What a probe fetches twice at the most. */
const PROBED_MAX_BYTES = 64 * 1024 * 1024;

export interface PublishedFragment extends PublishedBlob {
  readonly fileId: string;
}

/** What proxy caches may have of the published packages. */
@Injectable()
export class PublishedFragments {
  /** The smallest intact fragment that is served, of all packages or of one; null without one up to 64 MiB. */
  async smallest(manager: EntityManager, fileId: string | null): Promise<PublishedFragment | null> {
    const [row]: PublishedFragment[] = await manager.query(SMALLEST, [fileId, PROBED_MAX_BYTES]);
    return row === undefined ? null : { ...row, size: Number(row.size) };
  }

  /** How many fragments a package has or had, and since when they are served no more; null when none of that file id was ever published. */
  async lifeOf(
    manager: EntityManager,
    fileId: string,
  ): Promise<{ readonly fragments: number; readonly freedAt: Date | null } | null> {
    const [row]: { fragments: number; freedAt: Date | null }[] = await manager.query(
      'SELECT fragments, freed_at AS "freedAt" FROM published_package WHERE file_id = $1',
      [fileId],
    );
    return row ?? null;
  }

  /** Where activations told agents to fetch the fragments of a package, apart from the default location. */
  async locationsOf(manager: EntityManager, fileId: string): Promise<string[]> {
    const rows: { readonly location: string }[] = await manager.query(
      'SELECT DISTINCT fragment_location AS location FROM activated_location WHERE file_id = $1',
      [fileId],
    );
    return rows.map(({ location }) => location);
  }
}

const SMALLEST = `
  SELECT b.file_id AS "fileId", b.name, b.size, b.sha256
  FROM published_blob b
  JOIN published_package p ON p.file_id = b.file_id AND p.withdrawn_at IS NULL
  JOIN content c ON c.sha256 = b.sha256 AND c.damaged_at IS NULL
  WHERE b.name <> 'info' AND b.size <= $2 AND ($1::text IS NULL OR b.file_id = $1)
  ORDER BY b.size, b.file_id, b.name LIMIT 1`;
