import { changeRecorded, settleRuleJob } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { AssignmentRuleId } from './assignment-rule.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { ruleNotFound } from './list-rules.js';

/** Has a rule compared with its group or search now. */
@Injectable()
export class AskToSettle {
  constructor(
    private readonly outbox: Outbox,
    private readonly rules: AssignmentRuleRepository,
  ) {}

  /** @throws AppError ACTIVATION_RULE_NOT_FOUND */
  async execute(principal: Principal, ruleId: AssignmentRuleId): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      if ((await this.rules.find(tx.manager, ruleId)) === null) throw ruleNotFound(ruleId);
      tx.publish(settleRuleJob, { ruleId, after: null, members: 0 }, ruleId);
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'assignment-rule.settle', 'assignment-rule', ruleId),
        ruleId,
      );
    });
  }
}
