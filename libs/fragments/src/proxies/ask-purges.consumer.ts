import { packageDeleted, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AskPurges } from './ask-purges.js';

/** A package that was taken back because it is defective leaves the proxy caches too. */
@Controller()
export class AskPurgesConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly askPurges: AskPurges,
  ) {}

  @Consumes(packageDeleted, 'fragments.ask-purges')
  async handle(
    @Payload() event: EventOf<typeof packageDeleted>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    if (!event.immediately) return;
    await this.inbox.once(context.message, (tx) => this.askPurges.ofAll(tx, event.fileId));
  }
}
