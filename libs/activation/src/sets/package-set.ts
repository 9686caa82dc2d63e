import type { Branded, FileId, PackageId } from '@entrepot/kernel';

/** Packages that are assigned together: a UUID. */
export type PackageSetId = Branded<'PackageSetId'>;

/** One version of a package in a set. */
export interface PackageOfSet {
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly name: string;
  readonly version: number;
  readonly deleted: boolean;
}

/** Packages that are assigned together, in their order. */
export interface PackageSet {
  readonly setId: PackageSetId;
  readonly name: string;
  readonly description: string;
  /** Whether each is offered only once the one before it has succeeded. */
  readonly inOrder: boolean;
  readonly createdAt: Date;
  readonly packages: readonly PackageOfSet[];
}
