import { changeRecorded } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Withdrawal } from '../activations/activation.schemas.js';
import type { AssignmentRuleId } from './assignment-rule.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { LeaveRule } from './leave-rule.js';
import { ruleNotFound } from './list-rules.js';

/** Takes a rule back: nobody gets the package by it any more, and what waits because of it alone is withdrawn. */
@Injectable()
export class WithdrawRule {
  constructor(
    private readonly outbox: Outbox,
    private readonly rules: AssignmentRuleRepository,
    private readonly leaveRule: LeaveRule,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_RULE_NOT_FOUND */
  async execute(principal: Principal, ruleId: AssignmentRuleId): Promise<Withdrawal> {
    return this.outbox.transaction(async (tx) => {
      const rule = await this.rules.lock(tx.manager, ruleId);
      if (rule === null) throw ruleNotFound(ruleId);
      await this.rules.markWithdrawn(tx.manager, ruleId, this.clock.now());
      const withdrawal = await this.leaveRule.takeBack(tx, [rule], null);
      const { activationId, packageId, targetKind, targetId } = rule;
      const { withdrawn, alreadyNotified } = withdrawal;
      const detail = { activationId, packageId, targetKind, targetId, withdrawn };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'assignment-rule.withdraw', 'assignment-rule', ruleId, {
          ...detail,
          alreadyNotified: alreadyNotified.total,
        }),
        ruleId,
      );
      return withdrawal;
    });
  }
}
