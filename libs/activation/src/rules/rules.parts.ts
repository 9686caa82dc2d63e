import type { ModuleParts } from '@entrepot/platform-database';
import { AskToSettle } from './ask-to-settle.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { AssignmentRulesController } from './assignment-rules.controller.js';
import { CreateRules } from './create-rules.js';
import { FollowMembersConsumer } from './follow-members.consumer.js';
import { JoinRules } from './join-rules.js';
import { LeaveRule } from './leave-rule.js';
import { ListRules } from './list-rules.js';
import { RuleMemberRepository } from './rule-member.repository.js';
import { RuleQueries } from './rule.queries.js';
import { SettleRuleConsumer } from './settle-rule.consumer.js';
import { SettleRule } from './settle-rule.js';
import { SettleRulesRegularly } from './settle-rules-regularly.js';
import { WithdrawRule } from './withdraw-rule.js';

/** Assignments to groups and saved searches. */
export const rulesParts: ModuleParts = {
  controllers: [AssignmentRulesController, SettleRuleConsumer, FollowMembersConsumer],
  providers: [
    ...[CreateRules, ListRules, WithdrawRule, AskToSettle],
    ...[JoinRules, LeaveRule, SettleRule, SettleRulesRegularly],
    ...[AssignmentRuleRepository, RuleMemberRepository, RuleQueries],
  ],
};
