import type { ActivationId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LocationCheck } from './location-check.js';

/** A package made available at an info location and a fragment location. */
@Entity('activation')
export class ActivationEntity {
  @PrimaryColumn('uuid', { name: 'activation_id' })
  activationId!: ActivationId;

  @Column('uuid', { name: 'package_id' })
  packageId!: PackageId;

  /** `host[:port]/path` without scheme. */
  @Column('text', { name: 'info_location' })
  infoLocation!: string;

  /** `host[:port]/path` without scheme. */
  @Column('text', { name: 'fragment_location' })
  fragmentLocation!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** The row stays for the deliveries that belong to it. */
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  /** Somebody wanted it although a check had failed. */
  @Column('boolean')
  forced!: boolean;

  /** What the last check found; null for activations that were never checked. */
  @Column('jsonb', { nullable: true })
  checks!: LocationCheck[] | null;

  @Column('timestamptz', { name: 'checked_at', nullable: true })
  checkedAt!: Date | null;
}
