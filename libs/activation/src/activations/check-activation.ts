import { AppError, Clock, type ActivationId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ActivationCheckRepository } from './activation-check.repository.js';
import { ActivationRepository, type LiveActivation } from './activation.repository.js';
import { CheckLocations } from './check-locations.js';

/** Checks the locations of an activation that is in force again, and keeps what was found. */
@Injectable()
export class CheckActivation {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
    private readonly activations: ActivationRepository,
    private readonly activationChecks: ActivationCheckRepository,
    private readonly checkLocations: CheckLocations,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws AppError ACTIVATION_NOT_FOUND also when it was withdrawn */
  async execute(activationId: ActivationId): Promise<LiveActivation> {
    const { manager } = this.database;
    const activation = await this.activations.find(manager, activationId);
    const built = activation && (await this.packages.find(manager, activation.packageId));
    if (activation === null || built === null)
      throw new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${activationId}.`);
    const checks = await this.checkLocations.execute(built, activation);
    const checkedAt = this.clock.now();
    await this.activationChecks.save(manager, activationId, checks, checkedAt);
    const findings = checks.flatMap(({ problems, warnings }) => [...problems, ...warnings]);
    if (findings.some(({ code }) => code !== 'DIGEST_UNKNOWN' && code !== 'LENGTH_ONLY'))
      this.log.warn(
        { activationId, packageId: activation.packageId, findings: findings.map(({ text }) => text.en) },
        'Agents cannot use an activation, or soon cannot',
      );
    return { ...activation, checks, checkedAt };
  }
}
