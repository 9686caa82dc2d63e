import { filesServed, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RecordAccesses } from './record-accesses.js';

@Controller()
export class RecordAccessesConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly recordAccesses: RecordAccesses,
  ) {}

  @Consumes(filesServed, 'activation.record-accesses')
  async handle(@Payload() event: EventOf<typeof filesServed>, @Ctx() context: EventContext): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.recordAccesses.execute(tx, event));
  }
}
