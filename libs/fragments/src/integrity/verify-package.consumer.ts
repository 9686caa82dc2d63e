import { verifyPackageJob, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { VerifyPackage } from './verify-package.js';

/** No inbox: to read once more does no harm, and reading outlasts a transaction. */
@Controller()
export class VerifyPackageConsumer {
  constructor(private readonly verifyPackage: VerifyPackage) {}

  @Consumes(verifyPackageJob, 'fragments.verify-package', { atOnce: 1 })
  async handle(@Payload() { fileId }: EventOf<typeof verifyPackageJob>): Promise<void> {
    await this.verifyPackage.execute(fileId);
  }
}
