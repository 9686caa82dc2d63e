import type { ActivationId, AssignmentId, DeviceId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Repetition } from '../attempts/repetition.js';
import type { AssignmentOptions } from './assignment-options.js';

/** An activation given to a target, with the options of its next attempt; once for a target. */
@Entity('assignment')
export class AssignmentEntity implements AssignmentOptions {
  @PrimaryColumn('uuid', { name: 'assignment_id' })
  assignmentId!: AssignmentId;

  @Column('uuid', { name: 'activation_id' })
  activationId!: ActivationId;

  @Column('text', { name: 'target_kind' })
  targetKind!: 'device';

  @Column('uuid', { name: 'target_id' })
  targetId!: DeviceId;

  /** The device that has it now: the target, or what that device was merged into. Its deliveries are there, too. */
  @Column('uuid', { name: 'device_id' })
  deviceId!: DeviceId;

  /** The merge for which another assignment of the same activation on this device took its place. */
  @Column('uuid', { name: 'set_aside_by', nullable: true })
  setAsideBy!: string | null;

  /** Given to the device itself. Otherwise it is there because of rules, and goes with the last of them. */
  @Column('boolean')
  direct!: boolean;

  @Column('boolean')
  force!: boolean;

  /** `YYYY/MM/DD HH:MM`, local time of the agent. */
  @Column('text', { nullable: true })
  schedule!: string | null;

  @Column('text', { name: 'post_command', nullable: true })
  postCommand!: string | null;

  /** Offered only once this package has succeeded on the device. */
  @Column('uuid', { name: 'after_package_id', nullable: true })
  afterPackageId!: PackageId | null;

  @Column('jsonb', { nullable: true })
  repeat!: Repetition | null;

  /** Number of the latest attempt, from 1. */
  @Column('integer')
  attempt!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
