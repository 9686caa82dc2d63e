import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RetryPolicy } from './retry-policy.js';
import { RetryPolicyRepository, type KeptRetryPolicy } from './retry-policy.repository.js';

/** Says which failures of a package are tried again. It counts for results from then on. */
@Injectable()
export class ChangeRetryPolicy {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly policies: RetryPolicyRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_RETRY_POLICY_NOT_FOUND */
  async show(packageId: PackageId): Promise<KeptRetryPolicy> {
    const kept = await this.policies.find(this.database.manager, packageId);
    if (kept === null) throw noPolicy(packageId);
    return kept;
  }

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND for a package that is unknown or not built */
  async keep(principal: Principal, packageId: PackageId, policy: RetryPolicy): Promise<KeptRetryPolicy> {
    const changedAt = this.clock.now();
    await this.outbox.transaction(async (tx) => {
      if ((await this.packages.find(tx.manager, packageId)) === null)
        throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
      await this.policies.keep(tx.manager, packageId, policy, changedAt);
      const detail = { on: policy.on.join(' '), retries: policy.retries };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'retry-policy.change', 'package', packageId, detail),
        packageId,
      );
    });
    return { policy, changedAt };
  }

  /** @throws AppError ACTIVATION_RETRY_POLICY_NOT_FOUND */
  async remove(principal: Principal, packageId: PackageId): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      if (!(await this.policies.remove(tx.manager, packageId))) throw noPolicy(packageId);
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'retry-policy.delete', 'package', packageId),
        packageId,
      );
    });
  }
}

function noPolicy(packageId: PackageId): AppError {
  return new AppError(
    ERRORS.ACTIVATION_RETRY_POLICY_NOT_FOUND,
    `Package ${packageId} has no retry policy: failures stay as they are.`,
  );
}
