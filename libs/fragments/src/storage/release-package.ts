import type { EventOf, packageReleased } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { FreePackage } from './free-package.js';
import { PublishedPackageRepository } from './published-package.repository.js';

/** Frees a deleted package that no agent asks for any more. */
@Injectable()
export class ReleasePackage {
  constructor(
    private readonly packages: PublishedPackageRepository,
    private readonly freePackage: FreePackage,
  ) {}

  /** Activation may be heard before the builder: then the release is remembered until the deletion is known. */
  async execute(tx: Transaction, { fileId, at }: EventOf<typeof packageReleased>): Promise<void> {
    await this.packages.lock(tx.manager, fileId);
    const known = await this.packages.find(tx.manager, fileId);
    if (known === null || known.freedAt !== null) return;
    await this.packages.release(tx.manager, fileId, new Date(at));
    if (known.withdrawnAt !== null) await this.freePackage.execute(tx, fileId);
  }
}
