import { withdrawWaitingJob, type EventOf } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { activationIdSchema } from '../id.schemas.js';
import { WithdrawDeliveries } from './withdraw-deliveries.js';

@Controller()
export class WithdrawWaitingConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly withdrawDeliveries: WithdrawDeliveries,
    private readonly clock: Clock,
  ) {}

  @Consumes(withdrawWaitingJob, 'activation.withdraw-waiting')
  async handle(
    @Payload() job: EventOf<typeof withdrawWaitingJob>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    const activationId = activationIdSchema.parse(job.activationId);
    await this.inbox.once(context.message, async (tx) => {
      await this.withdrawDeliveries.someOfActivation(tx, activationId, this.clock.now());
    });
  }
}
