import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type AssignmentId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Withdrawal } from '../activations/activation.schemas.js';
import { AssignmentRepository } from './assignment.repository.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { ERRORS } from '../errors.js';
import { WithdrawDeliveries } from '../deliveries/withdraw-deliveries.js';
import { RuleMemberRepository } from '../rules/rule-member.repository.js';

/**
 * Takes an assignment back. The result of a device that was told already is still recorded. Rules that gave it do not
 * give it again until it is assigned to the device itself.
 */
@Injectable()
export class WithdrawAssignment {
  constructor(
    private readonly outbox: Outbox,
    private readonly assignments: AssignmentRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly withdrawDeliveries: WithdrawDeliveries,
    private readonly members: RuleMemberRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_ASSIGNMENT_NOT_FOUND */
  async execute(principal: Principal, assignmentId: AssignmentId): Promise<Withdrawal> {
    return this.outbox.transaction(async (tx) => {
      const assignment = await this.assignments.lock(tx.manager, assignmentId);
      if (assignment === null)
        throw new AppError(ERRORS.ACTIVATION_ASSIGNMENT_NOT_FOUND, `There is no assignment ${assignmentId}.`);
      const now = this.clock.now();
      await this.assignments.markWithdrawn(tx.manager, assignmentId, now);
      const open = await this.deliveries.lockOpenOfAssignments(tx.manager, [assignmentId]);
      await this.members.exclude(tx.manager, assignmentId);
      const withdrawal = await this.withdrawDeliveries.execute(tx, open, now);
      const detail = {
        activationId: assignment.activationId,
        deviceId: assignment.deviceId,
        withdrawn: withdrawal.withdrawn,
        alreadyNotified: withdrawal.alreadyNotified.total,
      };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'assignment.withdraw', 'assignment', assignmentId, detail),
        assignmentId,
      );
      return withdrawal;
    });
  }
}
