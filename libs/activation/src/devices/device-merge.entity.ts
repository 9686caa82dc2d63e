import type { DeviceId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A merge that inventory told of; the row outlives its undoing. */
@Entity('device_merge')
export class DeviceMergeEntity {
  @PrimaryColumn('uuid', { name: 'merge_id' })
  mergeId!: string;

  /** Null while only the undoing was heard of. */
  @Column('uuid', { name: 'survivor_id', nullable: true })
  survivorId!: DeviceId | null;

  @Column('uuid', { name: 'absorbed_id' })
  absorbedId!: DeviceId;

  /** Null while only the undoing was heard of. */
  @Column('timestamptz', { name: 'merged_at', nullable: true })
  mergedAt!: Date | null;

  @Column('timestamptz', { name: 'undone_at', nullable: true })
  undoneAt!: Date | null;
}
