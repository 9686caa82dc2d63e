import { integrityFailed, integrityRestored, packageVerified, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { IntegrityRepository } from './integrity.repository.js';

/** Keeps what is known of the stored bytes of packages. */
@Controller()
export class FollowIntegrityConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly integrity: IntegrityRepository,
  ) {}

  @Consumes(packageVerified, 'activation.keep-verification')
  async verified(
    @Payload() { fileId, damaged, at }: EventOf<typeof packageVerified>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) =>
      this.integrity.verified(tx.manager, fileId, damaged, new Date(at)),
    );
  }

  @Consumes(integrityFailed, 'activation.keep-damage')
  async failed(
    @Payload() { files, at }: EventOf<typeof integrityFailed>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.integrity.failed(tx.manager, files, new Date(at)));
  }

  @Consumes(integrityRestored, 'activation.keep-repair')
  async restored(
    @Payload() { files, at }: EventOf<typeof integrityRestored>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.integrity.restored(tx.manager, files, new Date(at)));
  }
}
