import { changeRecorded, packageActivated } from '@entrepot/contracts';
import { AppError, Clock, type ActivationId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { ActivationRepository, type LiveActivation } from './activation.repository.js';
import type { ActivatePackageInput } from './activation.schemas.js';
import { defaultFragmentLocation } from './activation-warnings.js';
import { ERRORS } from '../errors.js';
import { newId } from '../new-id.js';
import { PackageRepository } from '../packages/package.repository.js';

/** Makes a built package available at an info and a fragment location. */
@Injectable()
export class ActivatePackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly activations: ActivationRepository,
    private readonly clock: Clock,
    @Inject(ACTIVATION_OPTIONS) private readonly defaults: ActivationOptions,
  ) {}

  /**
   * @throws AppError ACTIVATION_PACKAGE_NOT_BUILT also for a few milliseconds after the builder called it built
   * @throws AppError ACTIVATION_ALREADY_EXISTS with the activationId of the one that is there
   */
  async execute(principal: Principal, input: ActivatePackageInput): Promise<LiveActivation> {
    const { packageId, infoLocation = this.defaults.infoLocation } = input;
    return this.outbox.transaction(async (tx) => {
      const built = await this.packages.find(tx.manager, packageId);
      if (built === null)
        throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_BUILT, `Package ${packageId} is not built.`, {
          field: 'packageId',
        });
      const { fileId, name, operatingSystem, protocol } = built;
      const { fragmentLocation = defaultFragmentLocation(built, this.defaults) } = input;
      const createdAt = this.clock.now();
      const row = {
        activationId: newId<ActivationId>(),
        packageId,
        infoLocation,
        fragmentLocation,
        createdAt,
      };
      const standing = await this.activations.addOrFind(tx.manager, { ...row, withdrawnAt: null });
      if (standing !== row.activationId)
        throw new AppError(
          ERRORS.ACTIVATION_ALREADY_EXISTS,
          `Package ${name} is already activated at ${infoLocation} and ${fragmentLocation}.`,
          { activationId: standing },
        );
      const { activationId } = row;
      const at = createdAt.toISOString();
      tx.publish(
        packageActivated,
        { activationId, packageId, fileId, infoLocation, fragmentLocation, at },
        packageId,
      );
      const detail = { packageId, infoLocation, fragmentLocation };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'activation.create', 'activation', activationId, detail),
        activationId,
      );
      return { ...row, fileId, packageName: name, operatingSystem, protocol };
    });
  }
}
