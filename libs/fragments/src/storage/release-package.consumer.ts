import { packageReleased, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { ReleasePackage } from './release-package.js';

@Controller()
export class ReleasePackageConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly releasePackage: ReleasePackage,
    private readonly published: PublishedBlobRepository,
  ) {}

  @Consumes(packageReleased, 'fragments.release-package')
  async handle(
    @Payload() event: EventOf<typeof packageReleased>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.releasePackage.execute(tx, event));
    this.published.forget();
  }
}
