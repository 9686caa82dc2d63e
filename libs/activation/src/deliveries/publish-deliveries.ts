import { deliveryChanged } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import type { DeliveryEntity } from './delivery.entity.js';

/** Tells others of deliveries that changed, in order per device. */
export function publishDeliveries(
  tx: Transaction,
  deliveries: readonly DeliveryEntity[],
  fileId: (delivery: DeliveryEntity) => FileId | '',
  at: Date,
): void {
  for (const delivery of deliveries) {
    const { deliveryId, assignmentId, deviceId, packageId, attempt, state, code } = delivery;
    tx.publish(
      deliveryChanged,
      {
        deliveryId,
        assignmentId,
        deviceId,
        packageId,
        fileId: fileId(delivery),
        attempt,
        state,
        code,
        at: at.toISOString(),
      },
      deviceId,
    );
  }
}
