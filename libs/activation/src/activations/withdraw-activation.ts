import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type ActivationId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ActivationRepository } from './activation.repository.js';
import type { Withdrawal } from './activation.schemas.js';
import { ERRORS } from '../errors.js';
import { WithdrawDeliveries } from '../deliveries/withdraw-deliveries.js';

/** Stops offering a package from one place. Results of devices that were told already are still recorded. */
@Injectable()
export class WithdrawActivation {
  constructor(
    private readonly outbox: Outbox,
    private readonly activations: ActivationRepository,
    private readonly withdrawDeliveries: WithdrawDeliveries,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_NOT_FOUND */
  async execute(principal: Principal, activationId: ActivationId): Promise<Withdrawal> {
    return this.outbox.transaction(async (tx) => {
      const activation = await this.activations.lock(tx.manager, activationId, 'update');
      if (activation === null)
        throw new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${activationId}.`);
      const now = this.clock.now();
      await this.activations.markWithdrawn(tx.manager, activationId, now);
      const withdrawal = await this.withdrawDeliveries.ofActivation(tx, activationId, now);
      const detail = {
        packageId: activation.packageId,
        withdrawn: withdrawal.withdrawn,
        alreadyNotified: withdrawal.alreadyNotified.total,
      };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'activation.withdraw', 'activation', activationId, detail),
        activationId,
      );
      return withdrawal;
    });
  }
}
