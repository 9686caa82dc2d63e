import type { EventOf, packageDeleted } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { FreePackage } from './free-package.js';
import { PublishedPackageRepository } from './published-package.repository.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Serves the info file of a deleted package no more; its fragments only for the agents that were told of it: until
 * activation releases it, or for some days, or not at all when it is defective.
 */
@Injectable()
export class WithdrawPackage {
  constructor(
    private readonly packages: PublishedPackageRepository,
    private readonly freePackage: FreePackage,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  async execute(tx: Transaction, event: EventOf<typeof packageDeleted>): Promise<void> {
    const { fileId, immediately } = event;
    await this.packages.lock(tx.manager, fileId);
    const known = await this.packages.find(tx.manager, fileId);
    if (known === null || known.freedAt !== null) return;
    const at = new Date(event.at);
    const keepUntil = new Date(at.getTime() + (immediately ? 0 : this.options.keepDeletedDays * DAY_MS));
    await this.packages.withdraw(tx.manager, fileId, at, keepUntil);
    if (immediately || known.releasedAt !== null) await this.freePackage.execute(tx, fileId);
  }
}
