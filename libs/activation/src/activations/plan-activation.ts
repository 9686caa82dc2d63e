import { AppError } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { ERRORS } from '../errors.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { ActivationPlaceInput } from './activation.schemas.js';
import { defaultFragmentLocation } from './activation-warnings.js';
import { CheckLocations, type Locations } from './check-locations.js';
import type { LocationCheck } from './location-check.js';

/** What would be activated where, and what agents would find there. */
export interface PlannedActivation extends Locations {
  readonly built: PackageEntity;
}

/** Says what an activation would be, before there is one. */
@Injectable()
export class PlanActivation {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
    private readonly checkLocations: CheckLocations,
    @Inject(ACTIVATION_OPTIONS) private readonly defaults: ActivationOptions,
  ) {}

  /** @throws AppError as {@link refuseUnusable} */
  async execute(input: ActivationPlaceInput): Promise<PlannedActivation> {
    const built = refuseUnusable(
      await this.packages.find(this.database.manager, input.packageId),
      input.packageId,
    );
    const {
      infoLocation = this.defaults.infoLocation,
      fragmentLocation = defaultFragmentLocation(built, this.defaults),
    } = input;
    return { built, infoLocation, fragmentLocation };
  }

  /** What a check of both locations finds. */
  check({ built, ...locations }: PlannedActivation): Promise<LocationCheck[]> {
    return this.checkLocations.execute(built, locations);
  }
}

/**
 * @throws AppError ACTIVATION_PACKAGE_NOT_BUILT also for a few milliseconds after the builder called it built,
 * ACTIVATION_PACKAGE_DELETED, ACTIVATION_PACKAGE_DAMAGED
 */
export function refuseUnusable(built: PackageEntity | null, packageId: string): PackageEntity {
  const field = { field: 'packageId' };
  if (built === null)
    throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_BUILT, `Package ${packageId} is not built.`, field);
  if (built.deletedAt !== null)
    throw new AppError(ERRORS.ACTIVATION_PACKAGE_DELETED, `Package ${built.name} was deleted.`, field);
  if (built.damagedAt !== null)
    throw new AppError(
      ERRORS.ACTIVATION_PACKAGE_DAMAGED,
      `Stored bytes of package ${built.name} are damaged: ${built.damagedFiles.slice(0, 10).join(', ')}.`,
      field,
    );
  return built;
}
