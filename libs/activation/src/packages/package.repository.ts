import type { PackageId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { PackageEntity, type BuiltPackage } from './package.entity.js';

// Asked after each result.
const AWAITS_RELEASE = new PreparedStatement<{ readonly awaits: boolean }>(
  'package-awaits-release',
  `SELECT EXISTS (
     SELECT 1 FROM package WHERE package_id = $1 AND deleted_at IS NOT NULL AND released_at IS NULL) AS awaits`,
);

@Injectable()
export class PackageRepository {
  /** Keeps what the builder says of a package; saying it again changes nothing. */
  async keep(manager: EntityManager, built: BuiltPackage): Promise<void> {
    await manager.getRepository(PackageEntity).upsert(built, ['packageId']);
  }

  find(manager: EntityManager, packageId: PackageId): Promise<PackageEntity | null> {
    return manager.getRepository(PackageEntity).findOneBy({ packageId });
  }

  /**
   * Finds and locks a package until the transaction ends. Who deletes it (`no-key-update`, which lets rows refer to it)
   * and who activates it (`share`) exclude each other.
   */
  lock(
    manager: EntityManager,
    packageId: PackageId,
    strength: 'share' | 'no-key-update',
  ): Promise<PackageEntity | null> {
    return manager.getRepository(PackageEntity).findOne({
      where: { packageId },
      lock: { mode: strength === 'share' ? 'pessimistic_read' : 'for_no_key_update' },
    });
  }

  async markDeleted(manager: EntityManager, packageId: PackageId, at: Date): Promise<void> {
    await manager.getRepository(PackageEntity).update({ packageId }, { deletedAt: at });
  }

  async markReleased(manager: EntityManager, packageId: PackageId, at: Date): Promise<void> {
    await manager.getRepository(PackageEntity).update({ packageId }, { releasedAt: at });
  }

  /** Whether the package is deleted and others were not yet told that nobody fetches it. */
  async awaitsRelease(manager: EntityManager, packageId: PackageId): Promise<boolean> {
    const [row] = await AWAITS_RELEASE.run(manager, [packageId]);
    return row?.awaits ?? false;
  }

  async allAwaitingRelease(manager: EntityManager): Promise<PackageId[]> {
    const where = { deletedAt: Not(IsNull()), releasedAt: IsNull() };
    const waiting = await manager
      .getRepository(PackageEntity)
      .find({ where, select: { packageId: true }, order: { packageId: 'ASC' } });
    return waiting.map(({ packageId }) => packageId);
  }

  /** Whether a device that was told of the package since then has not reported it. */
  async isOpenAnywhere(manager: EntityManager, packageId: PackageId, since: Date): Promise<boolean> {
    // A superseded attempt's download goes on with the next attempt, and that one may have been withdrawn.
    const [row]: { open: boolean }[] = await manager.query(
      `SELECT EXISTS (SELECT 1 FROM delivery WHERE package_id = $1 AND notified_at > $2
         AND (state = 'notified' OR (state = 'superseded' AND reported_at IS NULL))) AS open`,
      [packageId, since],
    );
    return row?.open ?? false;
  }

  /** Deliveries of a package whose agent said that the bytes are wrong. */
  async doubts(
    manager: EntityManager,
    packageId: PackageId,
  ): Promise<{ readonly deliveries: number; readonly lastAt: Date | null }> {
    const [row]: { deliveries: number; lastAt: Date | null }[] = await manager.query(
      `SELECT count(DISTINCT r.delivery_id)::integer AS deliveries, max(r.reported_at) AS "lastAt"
       FROM delivery d JOIN report r ON r.delivery_id = d.delivery_id
       WHERE d.package_id = $1 AND r.code = 'ERR_BAD_DIGEST'`,
      [packageId],
    );
    return row ?? { deliveries: 0, lastAt: null };
  }
}
