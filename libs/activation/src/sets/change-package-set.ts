import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { newId } from '../new-id.js';
import type { PackageSetId } from './package-set.js';
import { PackageSetRepository } from './package-set.repository.js';
import type { PackageSetInput } from './package-set.schemas.js';

/** Makes, changes and deletes sets of packages. What was assigned with a set does not follow its changes. */
@Injectable()
export class ChangePackageSet {
  constructor(
    private readonly outbox: Outbox,
    private readonly sets: PackageSetRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_SET_NAME_TAKEN, ACTIVATION_SET_PACKAGE_UNKNOWN */
  async create(principal: Principal, input: PackageSetInput): Promise<PackageSetId> {
    return this.outbox.transaction(async (tx) => {
      await this.checkPackages(tx, input);
      const setId = newId<PackageSetId>();
      const added = await this.sets.add(tx.manager, { ...input, setId, createdAt: this.clock.now() });
      if (!added) throw nameTaken(input.name);
      this.record(tx, principal, 'create', setId, input);
      return setId;
    });
  }

  /** @throws AppError ACTIVATION_SET_NOT_FOUND, ACTIVATION_SET_NAME_TAKEN, ACTIVATION_SET_PACKAGE_UNKNOWN */
  async change(principal: Principal, setId: PackageSetId, input: PackageSetInput): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const createdAt = await this.sets.lock(tx.manager, setId);
      if (createdAt === null) throw notFound(setId);
      await this.checkPackages(tx, input);
      if (await this.sets.isNameTaken(tx.manager, input.name, setId)) throw nameTaken(input.name);
      await this.sets.save(tx.manager, { ...input, setId, createdAt });
      this.record(tx, principal, 'change', setId, input);
    });
  }

  /** @throws AppError ACTIVATION_SET_NOT_FOUND */
  async remove(principal: Principal, setId: PackageSetId): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const set = await this.sets.find(tx.manager, setId);
      if (set === null) throw notFound(setId);
      await this.sets.remove(tx.manager, setId);
      const packageIds = set.packages.map((one) => one.packageId);
      this.record(tx, principal, 'delete', setId, { ...set, packageIds });
    });
  }

  private async checkPackages(tx: Transaction, { packageIds }: PackageSetInput): Promise<void> {
    const usable = new Set(await this.sets.findUsable(tx.manager, packageIds));
    const unknown = packageIds.filter((packageId) => !usable.has(packageId));
    if (unknown.length === 0) return;
    throw new AppError(
      ERRORS.ACTIVATION_SET_PACKAGE_UNKNOWN,
      `There is no built package ${unknown.join(', ')}.`,
      { field: 'packageIds', unknown },
    );
  }

  private record(
    tx: Transaction,
    principal: Principal,
    verb: string,
    setId: PackageSetId,
    { name, inOrder, packageIds }: Pick<PackageSetInput, 'name' | 'inOrder' | 'packageIds'>,
  ): void {
    const detail = { name, inOrder, packages: packageIds.length };
    const change = auditChange(principal, 'activation', `package-set.${verb}`, 'package-set', setId, detail);
    tx.publish(changeRecorded, change, setId);
  }
}

function nameTaken(name: string): AppError {
  return new AppError(ERRORS.ACTIVATION_SET_NAME_TAKEN, `There is a package set “${name}” already.`, {
    field: 'name',
  });
}

function notFound(setId: PackageSetId): AppError {
  return new AppError(ERRORS.ACTIVATION_SET_NOT_FOUND, `There is no package set ${setId}.`);
}
