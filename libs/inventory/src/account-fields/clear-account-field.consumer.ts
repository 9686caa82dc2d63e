import { clearAccountFieldJob } from '@entrepot/contracts';
import type { EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClearAccountField } from './clear-account-field.js';

@Controller()
export class ClearAccountFieldConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly clear: ClearAccountField,
  ) {}

  @Consumes(clearAccountFieldJob, 'inventory.clear-account-field', { atOnce: 1 })
  async handle(
    @Payload() job: EventOf<typeof clearAccountFieldJob>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.clear.execute(tx, job.name, job.after));
  }
}
