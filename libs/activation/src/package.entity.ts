import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What this context knows of a built package: a projection of `packageBuilt`. */
@Entity('package')
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'package_id' })
  packageId!: string;

  /** Ten digits; what agents call the package. */
  @Column('text', { name: 'file_id' })
  fileId!: string;

  @Column('text')
  name!: string;

  /** 0 (first and alone) to 9. */
  @Column('smallint')
  priority!: number;

  @Column('text', { name: 'operating_system' })
  operatingSystem!: string;

  @Column('integer')
  fragments!: number;

  /** Bytes of the archive. */
  @Column('bigint', { transformer: { to: String, from: Number } })
  size!: number;

  @Column('timestamptz', { name: 'built_at' })
  builtAt!: Date;
}
