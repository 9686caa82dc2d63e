import { changeRecorded, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RecordChange } from './record-change.js';

@Controller()
export class RecordChangeConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly recordChange: RecordChange,
  ) {}

  @Consumes(changeRecorded, 'identity.record-change')
  async handle(
    @Payload() change: EventOf<typeof changeRecorded>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.recordChange.execute(tx, change));
  }
}
