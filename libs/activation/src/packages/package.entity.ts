import type { EventOf, packageBuilt } from '@entrepot/contracts';
import type { FileId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The info file and the outermost fragments, each with its length and SHA-256. */
export type PackageFiles = NonNullable<EventOf<typeof packageBuilt>['files']>;

const fromBigint = {
  to: (value: number | null): number | null => value,
  from: (value: string | null): number | null => (value === null ? null : Number(value)),
};

/** What this context knows of a built package: a projection of `packageBuilt`. */
@Entity('package')
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'package_id' })
  packageId!: PackageId;

  /** Ten digits; what agents call the package. */
  @Column('text', { name: 'file_id' })
  fileId!: FileId;

  @Column('text')
  name!: string;

  /** Which version of the name this is, from 1. */
  @Column('integer')
  version!: number;

  /** 0 (first and alone) to 9. */
  @Column('smallint')
  priority!: number;

  @Column('text', { name: 'operating_system' })
  operatingSystem!: string;

  /** How agents fetch the fragments. */
  @Column('text')
  protocol!: 'HTTP' | 'HTTPS';

  /** How many fragments there are; null for packages that were built before this was told. */
  @Column('integer', { nullable: true })
  fragments!: number | null;

  /** Bytes of the archive; null like the fragments. */
  @Column('bigint', { nullable: true, transformer: fromBigint })
  size!: number | null;

  /** What a place must serve; null for packages that were built before this was told. */
  @Column('jsonb', { nullable: true })
  files!: PackageFiles | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Since when no device that was told of the deleted package may still be fetching it. */
  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt!: Date | null;

  /** Since when stored bytes of the package are not what they should be. */
  @Column('timestamptz', { name: 'damaged_at', nullable: true })
  damagedAt!: Date | null;

  /** When everything of the package was last read again. */
  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  /** Names of what is damaged: `info` or `<file id>-<n>`. */
  @Column('text', { name: 'damaged_files', array: true })
  damagedFiles!: string[];
}

/** What the builder says of a package. */
export type BuiltPackage = Omit<
  PackageEntity,
  'deletedAt' | 'releasedAt' | 'damagedAt' | 'verifiedAt' | 'damagedFiles'
>;
