import { packageBuilt, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { fileIdSchema, packageIdSchema } from '../id.schemas.js';
import { PackageRepository } from './package.repository.js';

/** Keeps the projection of built packages. */
@Controller()
export class KeepPackageConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly packages: PackageRepository,
  ) {}

  @Consumes(packageBuilt, 'activation.keep-package')
  async handle(@Payload() event: EventOf<typeof packageBuilt>, @Ctx() context: EventContext): Promise<void> {
    const { name, version, priority, operatingSystem, protocol, fragments, size, files } = event;
    const packageId = packageIdSchema.parse(event.packageId);
    const fileId = fileIdSchema.parse(event.fileId);
    const built = {
      ...{ packageId, fileId, name, version, priority, operatingSystem, protocol },
      ...{ fragments, size, files },
    };
    await this.inbox.once(context.message, (tx) => this.packages.keep(tx.manager, built));
  }
}
