import { packageDeleted, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { WithdrawPackage } from './withdraw-package.js';

@Controller()
export class WithdrawPackageConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly withdrawPackage: WithdrawPackage,
    private readonly published: PublishedBlobRepository,
  ) {}

  @Consumes(packageDeleted, 'fragments.withdraw-package')
  async handle(
    @Payload() event: EventOf<typeof packageDeleted>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.withdrawPackage.execute(tx, event));
    this.published.forget();
  }
}
