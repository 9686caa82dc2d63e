import { changeRecorded, packageActivated } from '@entrepot/contracts';
import { AppError, Clock, type ActivationId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ActivationRepository, type LiveActivation } from './activation.repository.js';
import type { ActivatePackageInput } from './activation.schemas.js';
import { ERRORS } from '../errors.js';
import type { LocationCheck } from './location-check.js';
import { newId } from '../new-id.js';
import { PackageRepository } from '../packages/package.repository.js';
import { PlanActivation, refuseUnusable, type PlannedActivation } from './plan-activation.js';

/** Makes a built package available at an info and a fragment location, once agents could use both. */
@Injectable()
export class ActivatePackage {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly activations: ActivationRepository,
    private readonly planActivation: PlanActivation,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError ACTIVATION_PACKAGE_NOT_BUILT, ACTIVATION_PACKAGE_DELETED, ACTIVATION_PACKAGE_DAMAGED
   * @throws AppError ACTIVATION_ALREADY_EXISTS with the activationId of the one that is there
   * @throws AppError ACTIVATION_CHECK_FAILED with the problems, unless it is forced
   */
  async execute(principal: Principal, { force, ...place }: ActivatePackageInput): Promise<LiveActivation> {
    const planned = await this.planActivation.execute(place);
    const { manager } = this.database;
    const standing = await this.activations.findAt(manager, planned.built.packageId, planned);
    if (standing !== null) throw alreadyThere(planned, standing);
    // Takes a while, so not in a transaction.
    const checks = await this.planActivation.check(planned);
    const failed = checks.some((check) => !check.ok);
    if (failed && !force) throw checkFailed(planned, checks);
    return this.keep(principal, planned, checks, failed);
  }

  private keep(
    principal: Principal,
    planned: PlannedActivation,
    checks: LocationCheck[],
    forced: boolean,
  ): Promise<LiveActivation> {
    const { infoLocation, fragmentLocation } = planned;
    const { packageId, fileId, name, operatingSystem, protocol } = planned.built;
    return this.outbox.transaction(async (tx) => {
      // Whoever deletes the package excludes this.
      refuseUnusable(await this.packages.lock(tx.manager, packageId, 'share'), packageId);
      const now = this.clock.now();
      const activationId = newId<ActivationId>();
      const place = { activationId, packageId, infoLocation, fragmentLocation };
      const row = { ...place, createdAt: now, forced, checks, checkedAt: now };
      const standing = await this.activations.addOrFind(tx.manager, { ...row, withdrawnAt: null });
      if (standing !== activationId) throw alreadyThere(planned, standing);
      tx.publish(packageActivated, { ...place, fileId, at: now.toISOString() }, packageId);
      const detail = { packageId, infoLocation, fragmentLocation, forced };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'activation.create', 'activation', activationId, detail),
        activationId,
      );
      return { ...row, fileId, packageName: name, operatingSystem, protocol };
    });
  }
}

function alreadyThere(
  { built, infoLocation, fragmentLocation }: PlannedActivation,
  activationId: ActivationId,
): AppError {
  return new AppError(
    ERRORS.ACTIVATION_ALREADY_EXISTS,
    `Package ${built.name} is already activated at ${infoLocation} and ${fragmentLocation}.`,
    { activationId },
  );
}

function checkFailed({ built }: PlannedActivation, checks: readonly LocationCheck[]): AppError {
  const problems = checks.flatMap((check) =>
    check.problems.map(({ code, text }) => `${check.kind} ${check.location}: ${code}: ${text.en}`),
  );
  return new AppError(
    ERRORS.ACTIVATION_CHECK_FAILED,
    `Agents could not use these locations for package ${built.name}: ${problems.join(' ')}`,
    { problems },
  );
}
