import { settleRuleJob, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { SettleRule } from './settle-rule.js';

/** A page may take as long as inventory needs for a search, and holds a connection meanwhile. */
const TWO = { atOnce: 2 };

@Controller()
export class SettleRuleConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly settleRule: SettleRule,
  ) {}

  @Consumes(settleRuleJob, 'activation.settle-rule', TWO)
  async handle(@Payload() job: EventOf<typeof settleRuleJob>, @Ctx() context: EventContext): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.settleRule.execute(tx, job));
  }
}
