import {
  activationRpc,
  type ActivationRpc,
  changeRecorded,
  packageDeleted,
  type WithdrawPackageReply,
} from '@entrepot/contracts';
import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { DiscardPackage } from './discard-package.js';
import { PackageRepository } from './package.repository.js';

@Injectable()
export class DeletePackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly discard: DiscardPackage,
    @Inject(activationRpc.token) private readonly activation: ActivationRpc,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes a package. One that was built is withdrawn and stays known with its name; done again it changes nothing,
   * except that `immediately` may still be added.
   * @param immediately whether also agents that were told of it already shall not get it any more
   * @returns what became of its deliveries; null when it was never built, and is gone
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND, BUILDER_PACKAGE_STATE while it is built,
   * BUILDER_ACTIVATION_UNAVAILABLE (nothing has changed here)
   */
  async execute(
    id: PackageId,
    immediately: boolean,
    principal: Principal,
  ): Promise<WithdrawPackageReply | null> {
    const { state } = await this.packages.get(id);
    if (state !== 'built' && state !== 'deleted') {
      await this.discard.execute(id, principal);
      return null;
    }
    // First, so that nobody is told of a package whose bytes may go at any moment.
    const withdrawn = await this.withdraw(id, principal);
    await this.remember(id, immediately, principal);
    return withdrawn;
  }

  private async withdraw(packageId: PackageId, principal: Principal): Promise<WithdrawPackageReply> {
    const { accountId, name: accountName } = principal;
    try {
      return await this.activation.withdrawPackage({ packageId, accountId, accountName });
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error;
      const reason =
        'Its activations cannot be withdrawn at the moment; nothing was deleted. Try again later.';
      throw new AppError(ERRORS.BUILDER_ACTIVATION_UNAVAILABLE, reason, {}, { cause: error });
    }
  }

  private remember(id: PackageId, immediately: boolean, principal: Principal): Promise<void> {
    return this.outbox.transaction(async (tx) => {
      const entity = await this.packages.lock(tx.manager, id);
      if (entity.state === 'deleted' && !immediately) return;
      const now = this.clock.now();
      await this.packages.advance(tx.manager, entity, 'delete', { deletedAt: entity.deletedAt ?? now });
      const { fileId, name, version } = entity;
      const about = { packageId: id, fileId, at: now.toISOString(), name, version, immediately };
      tx.publish(packageDeleted, about, id);
      const detail = { name, version, fileId, immediately };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.delete', 'package', id, detail),
        id,
      );
    });
  }
}
