import type { AssignmentId, DeliveryId, DeviceId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AsideStatus, DeliveryState, HeldReason } from './delivery.js';

/** One attempt of an assignment on one device; the options are those it was made with. */
@Entity('delivery')
export class DeliveryEntity implements AsideStatus {
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId!: DeliveryId;

  @Column('uuid', { name: 'assignment_id' })
  assignmentId!: AssignmentId;

  @Column('uuid', { name: 'package_id' })
  packageId!: PackageId;

  @Column('uuid', { name: 'device_id' })
  deviceId!: DeviceId;

  @Column('integer')
  attempt!: number;

  @Column('boolean')
  force!: boolean;

  @Column('text', { nullable: true })
  schedule!: string | null;

  @Column('text', { name: 'post_command', nullable: true })
  postCommand!: string | null;

  /** Name of the account that assigned this attempt. */
  @Column('text', { name: 'assigned_by' })
  assignedBy!: string;

  @Column('text')
  state!: DeliveryState;

  @Column('text', { nullable: true })
  code!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'notified_at', nullable: true })
  notifiedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt!: Date | null;

  @Column('integer')
  retries!: number;

  /** A merge of devices ended this attempt; undoing the merge takes that back. */
  @Column('boolean', { name: 'set_aside' })
  setAside!: boolean;

  /** A retry or a repetition is not offered before. */
  @Column('timestamptz', { name: 'not_before', nullable: true })
  notBefore!: Date | null;

  /** Automatic retries that led to this attempt, since the last that had another cause. */
  @Column('integer')
  retry!: number;

  /** Why it waits, as the last PROLOG found it; null once the device was told. */
  @Column('text', { nullable: true })
  held!: HeldReason | null;

  /** The unguessable part of the info location that the device is told of; null for attempts from before there were any. */
  @Column('text', { nullable: true })
  ticket!: string | null;

  @Column('timestamptz', { name: 'info_fetched_at', nullable: true })
  infoFetchedAt!: Date | null;

  /** Who fetched the info file: the machine, or the proxy it came through. */
  @Column('text', { name: 'info_address', nullable: true })
  infoAddress!: string | null;

  /** Put away; it is neither offered nor counted. */
  @Column('uuid', { name: 'archive_id', nullable: true })
  archiveId!: string | null;
}
