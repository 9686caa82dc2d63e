import { packageDeleted, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { packageIdSchema } from '../id.schemas.js';
import { PackageRepository } from './package.repository.js';
import { ReleasePackage } from './release-package.js';

/** A package may be deleted before this context has heard that it was built: then there was nothing to withdraw. */
@Controller()
export class FollowDeletionConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly packages: PackageRepository,
    private readonly releasePackage: ReleasePackage,
  ) {}

  /** @throws Error when the package is not known yet; the bus delivers the event again */
  @Consumes(packageDeleted, 'activation.follow-package-deletion')
  async handle(
    @Payload() event: EventOf<typeof packageDeleted>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    const packageId = packageIdSchema.parse(event.packageId);
    await this.inbox.once(context.message, async (tx) => {
      // The two facts come by different consumers, in any order: that it was built is on its way, so try again.
      if (!(await this.packages.markDeleted(tx.manager, packageId, new Date(event.at))))
        throw new Error(`Package ${packageId} is deleted, but that it was built is not known yet`);
      await this.releasePackage.execute(tx, packageId);
    });
  }
}
