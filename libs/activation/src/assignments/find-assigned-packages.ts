import { AppError, type ActivationId, type FileId, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ActivationRepository } from '../activations/activation.repository.js';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { PackageSetId } from '../sets/package-set.js';
import { PackageSetRepository } from '../sets/package-set.repository.js';
import type { AssignPackageInput } from './assignment.schemas.js';

/** An activation that is to be given, with what is worth saying of its package. */
export interface AssignedPackage {
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly name: string;
  readonly operatingSystem: string;
  readonly priority: number;
  /** Null for packages that were built before this was told. */
  readonly fragments: number | null;
  readonly size: number | null;
  readonly damaged: boolean;
  /** The package that has to succeed before. */
  readonly afterPackageId: PackageId | null;
}

type Chosen = Pick<AssignPackageInput, 'activationId' | 'activationIds' | 'setId' | 'inOrder'>;

/** Finds what is to be assigned, in its order. */
@Injectable()
export class FindAssignedPackages {
  constructor(
    private readonly database: DataSource,
    private readonly activations: ActivationRepository,
    private readonly packages: PackageRepository,
    private readonly sets: PackageSetRepository,
  ) {}

  /** @throws AppError ACTIVATION_NOT_FOUND, ACTIVATION_SET_NOT_FOUND, ACTIVATION_SET_NOT_ACTIVATED, ACTIVATION_ORDER_INVALID */
  async execute(input: Chosen): Promise<AssignedPackage[]> {
    const { ids, inOrder } = await this.choose(input);
    const found: AssignedPackage[] = [];
    for (const id of new Set(ids)) {
      const afterPackageId = inOrder ? (found.at(-1)?.packageId ?? null) : null;
      found.push({ ...(await this.find(id)), afterPackageId });
    }
    if (inOrder && new Set(found.map((one) => one.packageId)).size < found.length)
      throw new AppError(
        ERRORS.ACTIVATION_ORDER_INVALID,
        'Two of the activations are of the same package, which cannot come after itself.',
        { field: 'activationIds' },
      );
    return found;
  }

  private async choose({
    activationId,
    activationIds,
    setId,
    inOrder,
  }: Chosen): Promise<{ ids: readonly ActivationId[]; inOrder: boolean }> {
    if (setId !== undefined) return this.chooseOfSet(setId, inOrder);
    const ids = activationIds ?? (activationId === undefined ? [] : [activationId]);
    return { ids, inOrder: inOrder ?? false };
  }

  private async chooseOfSet(
    setId: PackageSetId,
    inOrder: boolean | undefined,
  ): Promise<{ ids: readonly ActivationId[]; inOrder: boolean }> {
    const { manager } = this.database;
    const set = await this.sets.find(manager, setId);
    if (set === null)
      throw new AppError(ERRORS.ACTIVATION_SET_NOT_FOUND, `There is no package set ${setId}.`, {
        field: 'setId',
      });
    const activated = await this.sets.newestActivations(manager, setId);
    const without = activated.filter((one) => one.activationId === null).map((one) => one.name);
    if (without.length > 0)
      throw new AppError(
        ERRORS.ACTIVATION_SET_NOT_ACTIVATED,
        `Nothing was assigned: ${without.join(', ')} has no activation in force.`,
        { field: 'setId', packages: without },
      );
    const ids = activated.map((one) => one.activationId).filter((id) => id !== null);
    return { ids, inOrder: inOrder ?? set.inOrder };
  }

  private async find(activationId: ActivationId): Promise<Omit<AssignedPackage, 'afterPackageId'>> {
    const { manager } = this.database;
    const activation = await this.activations.find(manager, activationId);
    const built = activation && (await this.packages.find(manager, activation.packageId));
    if (!built) throw activationNotFound(activationId);
    const { packageId, fileId, name, operatingSystem, priority, fragments, size } = built;
    const damaged = built.damagedAt !== null;
    return { activationId, packageId, fileId, name, operatingSystem, priority, fragments, size, damaged };
  }
}

/** Also for one that is withdrawn. */
export function activationNotFound(activationId: ActivationId): AppError {
  return new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${activationId}.`, {
    field: 'activationId',
  });
}
