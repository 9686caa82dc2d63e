import { withdrawWaitingJob } from '@entrepot/contracts';
import type { ActivationId, FileId, PackageId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Withdrawal } from '../activations/activation.schemas.js';
import { withdraw } from './delivery.js';
import type { DeliveryEntity } from './delivery.entity.js';
import { DeliveryQueries } from './delivery.queries.js';
import { DeliveryRepository } from './delivery.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import { publishDeliveries } from './publish-deliveries.js';

const LISTED_MAX = 100;
/** In one transaction. */
const WITHDRAWN_AT_ONCE = 1_000;

/** Takes back open deliveries as far as that is possible and says how far that was. */
@Injectable()
export class WithdrawDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly queries: DeliveryQueries,
    private readonly packages: PackageRepository,
  ) {}

  /**
   * Takes back what waits of an activation that is marked withdrawn in this transaction. Of many deliveries the rest
   * follows in transactions of its own; nobody is told of it any more, unless his PROLOG is just being answered.
   */
  async ofActivation(tx: Transaction, activationId: ActivationId, now: Date): Promise<Withdrawal> {
    const withdrawn = await this.someOfActivation(tx, activationId, now);
    const open = await this.queries.openOfActivation(tx.manager, activationId, LISTED_MAX);
    return { withdrawn: withdrawn + open.waiting, alreadyNotified: open.alreadyNotified };
  }

  /**
   * Takes back some of what waits of a withdrawn activation, and asks for the rest.
   * @returns how many
   */
  async someOfActivation(tx: Transaction, activationId: ActivationId, now: Date): Promise<number> {
    const some = await this.deliveries.lockWaitingOfActivation(tx.manager, activationId, WITHDRAWN_AT_ONCE);
    await this.execute(tx, some, now);
    if (some.length === WITHDRAWN_AT_ONCE) tx.publish(withdrawWaitingJob, { activationId }, activationId);
    return some.length;
  }

  /** @param open waiting and notified deliveries, locked */
  async execute(tx: Transaction, open: readonly DeliveryEntity[], now: Date): Promise<Withdrawal> {
    const after = open.map((delivery) => withdraw(delivery, now));
    const withdrawn = after.filter((delivery) => delivery.state === 'withdrawn');
    const notified = after.filter((delivery) => delivery.state === 'notified');
    await this.deliveries.saveStatuses(tx.manager, withdrawn);
    const fileIds = new Map<PackageId, FileId | undefined>();
    for (const packageId of new Set(withdrawn.map((delivery) => delivery.packageId)))
      fileIds.set(packageId, (await this.packages.find(tx.manager, packageId))?.fileId);
    publishDeliveries(tx, withdrawn, ({ packageId }) => fileIds.get(packageId) ?? '', now);
    return {
      withdrawn: withdrawn.length,
      alreadyNotified: {
        total: notified.length,
        items: notified.slice(0, LISTED_MAX).map(({ deliveryId, deviceId }) => ({ deliveryId, deviceId })),
      },
    };
  }
}
