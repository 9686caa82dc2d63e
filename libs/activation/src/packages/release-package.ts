import { packageReleased } from '@entrepot/contracts';
import { Clock, type PackageId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { PackageRepository } from './package.repository.js';

const DAY_MS = 86_400_000;
/**
 * Agents give a package up TIMEOUT days after they heard of it (30 unless set, OCS-PROTOCOL.md §9) and a machine may be
 * off for a while before it says so.
 */
const TOLD_DAYS = 60;

/** Says, once, that nobody who was told of a deleted package may still be fetching it. */
@Injectable()
export class ReleasePackage {
  constructor(
    private readonly packages: PackageRepository,
    private readonly clock: Clock,
  ) {}

  /** Does nothing for a package that is there, was released already, or is still open on a device. */
  async execute(tx: Transaction, packageId: PackageId): Promise<void> {
    if (!(await this.packages.awaitsRelease(tx.manager, packageId))) return;
    // Of two last reports at the same time, the second one sees the first.
    const built = await this.packages.lock(tx.manager, packageId, 'no-key-update');
    if (built === null || built.releasedAt !== null) return;
    const now = this.clock.now();
    const since = new Date(now.getTime() - TOLD_DAYS * DAY_MS);
    if (await this.packages.isOpenAnywhere(tx.manager, packageId, since)) return;
    await this.packages.markReleased(tx.manager, packageId, now);
    const { fileId } = built;
    tx.publish(packageReleased, { packageId, fileId, at: now.toISOString() }, packageId);
  }
}
