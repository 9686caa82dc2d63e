import type { FileId, PackageId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Withdrawal } from '../activations/activation.schemas.js';
import { withdraw } from './delivery.js';
import type { DeliveryEntity } from './delivery.entity.js';
import { DeliveryRepository } from './delivery.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import { publishDeliveries } from './publish-deliveries.js';

const LISTED_MAX = 100;

/** Takes back open deliveries as far as that is possible and says how far that was. */
@Injectable()
export class WithdrawDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly packages: PackageRepository,
  ) {}

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
