import { packageDeleted, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { WithdrawPackage } from '../activations/withdraw-package.js';
import { packageIdSchema } from '../id.schemas.js';
import { PackageRepository } from './package.repository.js';

/** A package may be deleted before this context has heard that it was built: then it was not withdrawn. */
@Controller()
export class FollowDeletionConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly packages: PackageRepository,
    private readonly withdrawPackage: WithdrawPackage,
  ) {}

  /** @throws Error when the package is not known yet; the bus delivers the event again */
  @Consumes(packageDeleted, 'activation.follow-package-deletion')
  async handle(
    @Payload() event: EventOf<typeof packageDeleted>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    const packageId = packageIdSchema.parse(event.packageId);
    await this.inbox.once(context.message, async (tx) => {
      const built = await this.packages.lock(tx.manager, packageId, 'no-key-update');
      // The two facts come by different consumers, in any order: that it was built is on its way, so try again.
      if (built === null)
        throw new Error(`Package ${packageId} is deleted, but that it was built is not known yet`);
      // Between the two it could be activated.
      if (built.deletedAt === null) await this.withdrawPackage.takeBack(tx, packageId, new Date(event.at));
    });
  }
}
