import { groupMemberAdded, groupMemberRemoved, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { deviceIdSchema } from '../id.schemas.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { JoinRules } from './join-rules.js';
import { LeaveRule } from './leave-rule.js';

/**
 * Lets devices have what rules give to a group that they join, and takes it back when they leave. Most groups have no
 * rule; a rule that comes into being meanwhile asks inventory itself, which knows more than the event by then.
 */
@Controller()
export class FollowMembersConsumer {
  constructor(
    private readonly database: DataSource,
    private readonly inbox: Inbox,
    private readonly rules: AssignmentRuleRepository,
    private readonly joinRules: JoinRules,
    private readonly leaveRule: LeaveRule,
  ) {}

  @Consumes(groupMemberAdded, 'activation.follow-added-member')
  async added(
    @Payload() event: EventOf<typeof groupMemberAdded>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    if (!(await this.rules.hasTarget(this.database.manager, 'group', event.groupId))) return;
    const comer = { deviceId: deviceIdSchema.parse(event.deviceId), name: event.name };
    await this.inbox.once(context.message, async (tx) => {
      const rules = await this.rules.lockOfTarget(tx.manager, 'group', event.groupId);
      await this.joinRules.execute(tx, rules, [comer], new Date(event.at));
    });
  }

  @Consumes(groupMemberRemoved, 'activation.follow-removed-member')
  async removed(
    @Payload() event: EventOf<typeof groupMemberRemoved>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    if (!(await this.rules.hasTarget(this.database.manager, 'group', event.groupId))) return;
    const deviceId = deviceIdSchema.parse(event.deviceId);
    await this.inbox.once(context.message, async (tx) => {
      const rules = await this.rules.lockOfTarget(tx.manager, 'group', event.groupId);
      await this.leaveRule.execute(tx, rules, [deviceId], new Date(event.at));
    });
  }
}
