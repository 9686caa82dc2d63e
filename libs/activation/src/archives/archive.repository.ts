import type { PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { countsAt } from '../deliveries/delivery.queries.js';
import type { ArchiveKind } from './archive.schemas.js';

/** Deliveries of a package that were put away together. */
export interface DeliveryArchive {
  readonly archiveId: string;
  readonly packageId: PackageId;
  readonly packageName: string;
  readonly kind: ArchiveKind;
  readonly deliveries: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly restoredBy: string | null;
  readonly restoredAt: Date | null;
}

/** What waits is the latest attempt, also when it is planned for later; results are those that count. */
const MATCHING: Record<ArchiveKind, string> = {
  succeeded: `d.state = 'succeeded' AND ${countsAt('$3')}`,
  reported: `d.state IN ('succeeded', 'failed') AND ${countsAt('$3')}`,
  'not-notified': `d.state = 'waiting' AND d.created_at <= $3`,
};

const SELECT = `
  SELECT r.archive_id AS "archiveId", r.package_id AS "packageId", p.name AS "packageName", r.kind, r.deliveries,
    r.created_by AS "createdBy", r.created_at AS "createdAt", r.restored_by AS "restoredBy",
    r.restored_at AS "restoredAt"
  FROM delivery_archive r JOIN package p ON p.package_id = r.package_id`;

@Injectable()
export class ArchiveRepository {
  /**
   * Puts the matching deliveries of a package away. Locks in the order of ids, as everybody does.
   * @returns how many there were
   */
  async putAway(
    manager: EntityManager,
    archive: Pick<DeliveryArchive, 'archiveId' | 'packageId' | 'kind' | 'createdAt'>,
  ): Promise<number> {
    const [, deliveries]: [unknown[], number] = await manager.query(
      `WITH matching AS (
         SELECT d.delivery_id FROM delivery d
         WHERE d.package_id = $2 AND d.archive_id IS NULL AND ${MATCHING[archive.kind]}
         ORDER BY d.delivery_id FOR NO KEY UPDATE)
       UPDATE delivery SET archive_id = $1 FROM matching WHERE delivery.delivery_id = matching.delivery_id`,
      [archive.archiveId, archive.packageId, archive.createdAt],
    );
    return deliveries;
  }

  /** @returns how many deliveries are back */
  async putBack(manager: EntityManager, archiveId: string): Promise<number> {
    const [, deliveries]: [unknown[], number] = await manager.query(
      `WITH matching AS (
         SELECT delivery_id FROM delivery WHERE archive_id = $1 ORDER BY delivery_id FOR NO KEY UPDATE)
       UPDATE delivery SET archive_id = NULL FROM matching WHERE delivery.delivery_id = matching.delivery_id`,
      [archiveId],
    );
    return deliveries;
  }

  async add(manager: EntityManager, archive: DeliveryArchive): Promise<void> {
    const { archiveId, packageId, kind, deliveries, createdBy, createdAt } = archive;
    await manager.query(
      `INSERT INTO delivery_archive (archive_id, package_id, kind, deliveries, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [archiveId, packageId, kind, deliveries, createdBy, createdAt],
    );
  }

  /** @returns whether it was away */
  async markRestored(manager: EntityManager, archiveId: string, by: string, at: Date): Promise<boolean> {
    const [, marked]: [unknown[], number] = await manager.query(
      `UPDATE delivery_archive SET restored_by = $2, restored_at = $3
       WHERE archive_id = $1 AND restored_at IS NULL`,
      [archiveId, by, at],
    );
    return marked > 0;
  }

  async find(manager: EntityManager, archiveId: string): Promise<DeliveryArchive | null> {
    const rows: DeliveryArchive[] = await manager.query(`${SELECT} WHERE r.archive_id = $1`, [archiveId]);
    return rows[0] ?? null;
  }

  /** Newest first, those before `beforeId` in that order. */
  list(
    manager: EntityManager,
    packageId: PackageId,
    beforeId: string | null,
    limit: number,
  ): Promise<DeliveryArchive[]> {
    return manager.query(
      `${SELECT} WHERE r.package_id = $1 AND ($2::uuid IS NULL OR r.archive_id < $2)
       ORDER BY r.archive_id DESC LIMIT $3`,
      [packageId, beforeId, limit],
    );
  }

  async count(manager: EntityManager, packageId: PackageId): Promise<number> {
    const rows: { total: number }[] = await manager.query(
      'SELECT count(*)::integer AS total FROM delivery_archive WHERE package_id = $1',
      [packageId],
    );
    return rows[0]?.total ?? 0;
  }
}
