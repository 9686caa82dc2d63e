import { changeRecorded, type WithdrawPackageReply, type WithdrawPackageRequest } from '@entrepot/contracts';
import { Clock, type PackageId } from '@entrepot/kernel';
import { auditChange } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DeliveryQueries } from '../deliveries/delivery.queries.js';
import { WithdrawDeliveries } from '../deliveries/withdraw-deliveries.js';
import { packageIdSchema } from '../id.schemas.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleasePackage } from '../packages/release-package.js';
import { ActivationRepository } from './activation.repository.js';

const LISTED_MAX = 100;

/** A package that was never told of here has nothing to take back. */
const NOTHING: WithdrawPackageReply = {
  activations: 0,
  withdrawn: 0,
  alreadyNotified: 0,
  notifiedDeviceIds: [],
};

/**
 * Takes back every activation of a package that is being deleted, with the deliveries that wait. Rules end with their
 * activations, and are not touched here: they are locked before activations (rules/assignment-rule.repository.ts).
 */
@Injectable()
export class WithdrawPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly activations: ActivationRepository,
    private readonly queries: DeliveryQueries,
    private readonly withdrawDeliveries: WithdrawDeliveries,
    private readonly releasePackage: ReleasePackage,
    private readonly clock: Clock,
  ) {}

  /** May be asked again: a package that was deleted answers who was told of it, and withdraws nothing more. */
  async execute(request: WithdrawPackageRequest): Promise<WithdrawPackageReply> {
    const packageId = packageIdSchema.parse(request.packageId);
    return this.outbox.transaction(async (tx) => {
      const built = await this.packages.lock(tx.manager, packageId, 'no-key-update');
      if (built === null) return NOTHING;
      const withdrawn =
        built.deletedAt === null ? await this.takeBack(tx, packageId, this.clock.now()) : NOTHING;
      const told = await this.queries.toldDevices(tx.manager, packageId, LISTED_MAX);
      if (built.deletedAt === null) recordChange(tx, request, packageId, withdrawn, told.total);
      return { ...withdrawn, alreadyNotified: told.total, notifiedDeviceIds: told.deviceIds };
    });
  }

  /**
   * Takes back what is in force of a package, which is locked, and notes that it is deleted. Locks in the order of
   * those who assign: the activation, then its deliveries.
   */
  async takeBack(tx: Transaction, packageId: PackageId, deletedAt: Date): Promise<WithdrawPackageReply> {
    const now = this.clock.now();
    const live = await this.activations.lockLive(tx.manager, packageId);
    let withdrawn = 0;
    for (const { activationId } of live) {
      await this.activations.markWithdrawn(tx.manager, activationId, now);
      withdrawn += (await this.withdrawDeliveries.ofActivation(tx, activationId, now)).withdrawn;
    }
    await this.packages.markDeleted(tx.manager, packageId, deletedAt);
    await this.releasePackage.execute(tx, packageId);
    return { ...NOTHING, activations: live.length, withdrawn };
  }
}

function recordChange(
  tx: Transaction,
  { accountId, accountName }: WithdrawPackageRequest,
  packageId: PackageId,
  { activations, withdrawn }: WithdrawPackageReply,
  alreadyNotified: number,
): void {
  const detail = { activations, withdrawn, alreadyNotified };
  tx.publish(
    changeRecorded,
    auditChange(
      { accountId, name: accountName },
      'activation',
      'package.withdraw',
      'package',
      packageId,
      detail,
    ),
    packageId,
  );
}
