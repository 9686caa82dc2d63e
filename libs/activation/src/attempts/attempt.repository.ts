import type { AssignmentId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { deliveryColumns } from '../deliveries/delivery-columns.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import type { Repetition } from './repetition.js';
import type { RetryPolicy } from './retry-policy.js';

/** What may lead to another attempt. */
export interface AttemptWishes {
  readonly policy: RetryPolicy | null;
  readonly repeat: Repetition | null;
}

// A device that has left the rules for which it was given the package is not to begin again.
const WISHES = new PreparedStatement<AttemptWishes>(
  'wishes-for-attempt',
  `SELECT r.policy, s.repeat FROM assignment s LEFT JOIN retry_policy r ON r.package_id = $3
   WHERE s.assignment_id = $1 AND s.attempt = $2 AND s.withdrawn_at IS NULL AND s.set_aside_by IS NULL
     AND (s.repeat IS NOT NULL OR r.policy IS NOT NULL)
     AND (s.direct OR EXISTS (
       SELECT 1 FROM assignment_rule_member m JOIN assignment_rule u ON u.rule_id = m.rule_id
       WHERE m.assignment_id = s.assignment_id AND m.left_at IS NULL AND u.withdrawn_at IS NULL))`,
);

const LOCK_RETRY = new PreparedStatement<DeliveryEntity>(
  'lock-retry-of-attempt',
  `SELECT ${deliveryColumns('d')} FROM delivery d
   WHERE d.assignment_id = $1 AND d.attempt = $2 AND d.state = 'waiting' AND d.retry > 0 FOR UPDATE`,
);

/** The statements with which attempts follow on attempts. */
@Injectable()
export class AttemptRepository {
  /** @returns null for an attempt that is not the latest of an assignment in force, or that nothing follows on */
  async wishesFor(
    manager: EntityManager,
    { assignmentId, attempt, packageId }: DeliveryEntity,
  ): Promise<AttemptWishes | null> {
    const [wishes] = await WISHES.run(manager, [assignmentId, attempt, packageId]);
    return wishes ?? null;
  }

  /** Locks the retry that the failure of an attempt led to, as long as the device was not told of it. */
  async lockRetryOf(
    manager: EntityManager,
    { assignmentId, attempt }: DeliveryEntity,
  ): Promise<DeliveryEntity | null> {
    const [retry] = await LOCK_RETRY.run(manager, [assignmentId, attempt + 1]);
    return retry ?? null;
  }

  /**
   * Keeps the assignment's activation from being withdrawn until the transaction ends. Whoever is withdrawing it waits
   * for deliveries, so that he is not waited for.
   * @returns false when it is withdrawn, or just being so
   */
  async keepActivation(manager: EntityManager, assignmentId: AssignmentId): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM activation WHERE withdrawn_at IS NULL
         AND activation_id = (SELECT activation_id FROM assignment WHERE assignment_id = $1)
       FOR KEY SHARE SKIP LOCKED`,
      [assignmentId],
    );
    return rows.length > 0;
  }

  /** @returns number of the attempt to make now */
  async count(manager: EntityManager, assignmentId: AssignmentId): Promise<number> {
    const [rows]: [{ attempt: number }[], number] = await manager.query(
      'UPDATE assignment SET attempt = attempt + 1 WHERE assignment_id = $1 RETURNING attempt',
      [assignmentId],
    );
    const [counted] = rows;
    if (counted === undefined) throw new Error(`There is no assignment ${assignmentId}.`);
    return counted.attempt;
  }
}
