import { inventoryRpc, settleRuleJob, type EventOf, type InventoryRpc } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { assignmentRuleIdSchema } from '../id.schemas.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { JoinRules } from './join-rules.js';
import { LeaveRule } from './leave-rule.js';
import { RuleMemberRepository } from './rule-member.repository.js';

const MEMBERS_AT_ONCE = 1_000;

/**
 * Compares what a rule has given with who is in its group or search, a page of devices at a time. The rule is locked
 * before inventory is asked, as it is for events about members, so that no answer is older than what is known here.
 */
@Injectable()
export class SettleRule {
  constructor(
    private readonly rules: AssignmentRuleRepository,
    private readonly members: RuleMemberRepository,
    private readonly joinRules: JoinRules,
    private readonly leaveRule: LeaveRule,
    private readonly clock: Clock,
    @Inject(inventoryRpc.token) private readonly inventory: InventoryRpc,
  ) {}

  /** Does a page, and asks for the next one. Does nothing for a rule that is no longer in force. */
  async execute(tx: Transaction, job: EventOf<typeof settleRuleJob>): Promise<void> {
    const rule = await this.rules.lock(tx.manager, assignmentRuleIdSchema.parse(job.ruleId));
    if (rule === null) return;
    const { exists, members } = await this.inventory.members({
      kind: rule.targetKind,
      id: rule.targetId,
      after: job.after ?? '',
      limit: MEMBERS_AT_ONCE,
    });
    const isLast = members.length < MEMBERS_AT_ONCE;
    const last = isLast ? null : (members.at(-1)?.deviceId ?? null);
    const deviceIds = members.map((member) => member.deviceId);
    const range = { after: job.after, upTo: last };
    const gone = await this.members.findOthers(tx.manager, rule.ruleId, range, deviceIds, MEMBERS_AT_ONCE);
    // First those who come: one of them may be the machine of one who goes, and what it has is not taken from it.
    await this.joinRules.execute(tx, [rule], members, null);
    await this.leaveRule.execute(tx, [rule], gone, null);
    // More may have gone, such as all members of a group that is no more.
    if (gone.length === MEMBERS_AT_ONCE) return tx.publish(settleRuleJob, job, rule.ruleId);
    const expected = job.members + members.length;
    if (last === null)
      await this.rules.markSettled(tx.manager, rule.ruleId, { expected, exists }, this.clock.now());
    else tx.publish(settleRuleJob, { ruleId: rule.ruleId, after: last, members: expected }, rule.ruleId);
  }
}
