import { buildPackageJob, type EventOf } from '@entrepot/contracts';
import type { PackageId } from '@entrepot/kernel';
import { Consumes, EventContext } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { BuildPackage } from './build-package.js';

/** Each holds a connection to the database from its beginning to its end. */
const BUILDS_AT_ONCE = 2;

/** No inbox here: the state of the package tells whether there is anything to build, and a build outlasts a transaction. */
@Controller()
export class BuildPackageConsumer {
  constructor(private readonly build: BuildPackage) {}

  @Consumes(buildPackageJob, 'builder.build-package', { atOnce: BUILDS_AT_ONCE })
  async handle(@Payload() job: EventOf<typeof buildPackageJob>, @Ctx() context: EventContext): Promise<void> {
    await this.build.execute(job.packageId as PackageId, context.message.attempt);
  }
}
