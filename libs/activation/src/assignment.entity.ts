import type { ActivationId, AssignmentId, DeviceId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An activation given to a target, with the options of its next attempt. */
@Entity('assignment')
export class AssignmentEntity {
  @PrimaryColumn('uuid', { name: 'assignment_id' })
  assignmentId!: AssignmentId;

  @Column('uuid', { name: 'activation_id' })
  activationId!: ActivationId;

  @Column('text', { name: 'target_kind' })
  targetKind!: 'device';

  @Column('uuid', { name: 'target_id' })
  targetId!: DeviceId;

  @Column('boolean')
  force!: boolean;

  /** `YYYY/MM/DD HH:MM`, local time of the agent. */
  @Column('text', { nullable: true })
  schedule!: string | null;

  @Column('text', { name: 'post_command', nullable: true })
  postCommand!: string | null;

  /** Number of the latest attempt, from 1. */
  @Column('integer')
  attempt!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
