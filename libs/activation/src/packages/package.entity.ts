import type { FileId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  /** 0 (first and alone) to 9. */
  @Column('smallint')
  priority!: number;

  @Column('text', { name: 'operating_system' })
  operatingSystem!: string;

  /** How agents fetch the fragments. */
  @Column('text')
  protocol!: 'HTTP' | 'HTTPS';
}
