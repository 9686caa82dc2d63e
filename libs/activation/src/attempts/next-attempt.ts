import { Clock, type FileId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { supersede } from '../deliveries/delivery.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';
import { AttemptRepository } from './attempt.repository.js';
import { beginDelivery } from './begin-delivery.js';
import { planNextAttempt } from './plan-next-attempt.js';

/** Begins the attempt that follows on one that has ended, where a policy or a repetition asks for it. */
@Injectable()
export class NextAttempt {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Only the latest attempt of an assignment that is wanted is followed by another one, so that a second report on it
   * leads to nothing more. A success that is reported after a failure makes the retry of that failure needless.
   * @param ended a delivery that has just got its result, saved; it and its assignment are locked
   */
  async afterResult(tx: Transaction, ended: DeliveryEntity, fileId: FileId): Promise<void> {
    if (ended.state !== 'succeeded' && ended.state !== 'failed') return;
    const now = this.clock.now();
    const needless = ended.state === 'succeeded' ? await this.attempts.lockRetryOf(tx.manager, ended) : null;
    if (needless !== null) {
      const superseded = supersede(needless, now);
      await this.deliveries.saveStatuses(tx.manager, [superseded]);
      publishDeliveries(tx, [superseded], () => fileId, now);
    }
    const wishes = await this.attempts.wishesFor(tx.manager, needless ?? ended);
    const planned = wishes && planNextAttempt(ended, wishes, now);
    if (!planned || !(await this.attempts.keepActivation(tx.manager, ended.assignmentId))) return;
    const attempt = await this.attempts.count(tx.manager, ended.assignmentId);
    const { force, assignedBy } = planned;
    const next = beginDelivery({ ...ended, attempt, force, assignedBy }, now, planned);
    await this.deliveries.add(tx.manager, [next]);
    publishDeliveries(tx, [next], () => fileId, now);
  }
}
