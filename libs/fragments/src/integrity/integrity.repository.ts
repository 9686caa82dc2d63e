import type { ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Content } from '../storage/content.repository.js';

/** What a finding changed: `outdated` when the content has had another object since, or is gone. */
export type Noted = 'changed' | 'same' | 'outdated';

const CONTENT = 'sha256, size::float8 AS size, object_key AS "objectKey"';

/** Queries on what is known of the state of contents. Each change holds for the object that was looked at only. */
@Injectable()
export class IntegrityRepository {
  /** `changed` when it counted as damaged before. */
  async noteIntact(manager: EntityManager, content: Content): Promise<Noted> {
    const isDamaged = await this.lock(manager, content);
    if (isDamaged === null) return 'outdated';
    await manager.query(
      `UPDATE content SET verified_at = now(), damaged_at = NULL, damage = NULL, repair_tried_at = NULL
       WHERE sha256 = $1`,
      [content.sha256],
    );
    return isDamaged ? 'changed' : 'same';
  }

  /** `same` when it counted as damaged already. */
  async noteDamage(manager: EntityManager, content: Content, damage: string): Promise<Noted> {
    const isDamaged = await this.lock(manager, content);
    if (isDamaged === null) return 'outdated';
    await manager.query(
      'UPDATE content SET damaged_at = coalesce(damaged_at, now()), damage = $2 WHERE sha256 = $1',
      [content.sha256, damage],
    );
    return isDamaged ? 'same' : 'changed';
  }

  /** Puts a good object in the place of a damaged one; false when that has been done already, or it is gone. */
  async replaceObject(manager: EntityManager, content: Content, objectKey: ObjectKey): Promise<boolean> {
    if ((await this.lock(manager, content)) !== true) return false;
    await manager.query(
      `UPDATE content SET object_key = $2, stored_at = now(), verified_at = now(),
         damaged_at = NULL, damage = NULL, repair_tried_at = NULL
       WHERE sha256 = $1`,
      [content.sha256, objectKey],
    );
    return true;
  }

  async noteRepairTried(manager: EntityManager, sha256: string): Promise<void> {
    await manager.query('UPDATE content SET repair_tried_at = now() WHERE sha256 = $1', [sha256]);
  }

  /** Contents but these that nobody has read for so many seconds, longest first; damaged ones are not among them. */
  unreadFor(
    manager: EntityManager,
    seconds: number,
    atMost: number,
    but: readonly string[],
  ): Promise<Content[]> {
    return manager.query(
      `SELECT ${CONTENT} FROM content
       WHERE damaged_at IS NULL AND coalesce(verified_at, stored_at) <= now() - $1 * interval '1 second'
         AND sha256 <> ALL ($3)
       ORDER BY coalesce(verified_at, stored_at) LIMIT $2`,
      [seconds, atMost, but],
    );
  }

  /** Damaged contents whose repair was not tried for so many seconds. */
  damaged(manager: EntityManager, seconds: number, atMost: number): Promise<Content[]> {
    return manager.query(
      `SELECT ${CONTENT} FROM content WHERE damaged_at IS NOT NULL
         AND (repair_tried_at IS NULL OR repair_tried_at <= now() - $1 * interval '1 second')
       ORDER BY repair_tried_at NULLS FIRST LIMIT $2`,
      [seconds, atMost],
    );
  }

  /** Bytes of all contents. */
  async storedBytes(manager: EntityManager): Promise<number> {
    const rows: { readonly bytes: number }[] = await manager.query(
      'SELECT coalesce(sum(size), 0)::float8 AS bytes FROM content',
    );
    return rows[0]?.bytes ?? 0;
  }

  /** The files of a package whose contents are damaged. */
  async damagedFiles(manager: EntityManager, fileId: string): Promise<string[]> {
    const rows: { readonly name: string }[] = await manager.query(
      `SELECT name FROM published_blob JOIN content USING (sha256)
       WHERE file_id = $1 AND damaged_at IS NOT NULL ORDER BY name`,
      [fileId],
    );
    return rows.map(({ name }) => name);
  }

  /** Whether it counts as damaged; null when this object is not the content's any more. */
  private async lock(manager: EntityManager, { sha256, objectKey }: Content): Promise<boolean | null> {
    const rows: { readonly isDamaged: boolean }[] = await manager.query(
      `SELECT damaged_at IS NOT NULL AS "isDamaged" FROM content WHERE sha256 = $1 AND object_key = $2 FOR UPDATE`,
      [sha256, objectKey],
    );
    return rows[0]?.isDamaged ?? null;
  }
}
