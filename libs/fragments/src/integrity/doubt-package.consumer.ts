import { packageDoubted, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AskVerification } from './ask-verification.js';

@Controller()
export class DoubtPackageConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly askVerification: AskVerification,
  ) {}

  @Consumes(packageDoubted, 'fragments.doubt-package')
  async handle(
    @Payload() { fileId }: EventOf<typeof packageDoubted>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.askVerification.doubted(tx, fileId));
  }
}
