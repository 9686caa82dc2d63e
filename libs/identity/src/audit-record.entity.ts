import type { EventOf, changeRecorded } from '@entrepot/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type AuditDetail = EventOf<typeof changeRecorded>['detail'];

/** One change that somebody made through the API, in any context. Never changed, never a secret in it. */
@Entity('audit_record')
export class AuditRecordEntity {
  @PrimaryColumn('uuid', { name: 'audit_record_id' })
  auditRecordId!: string;

  @Column('text')
  context!: string;

  /** Null for what Entrepot did by itself. */
  @Column('text', { name: 'account_id', nullable: true })
  accountId!: string | null;

  /** As it was at that time. */
  @Column('text', { name: 'account_name' })
  accountName!: string;

  @Column('text')
  action!: string;

  @Column('text', { name: 'subject_type' })
  subjectType!: string;

  @Column('text', { name: 'subject_id' })
  subjectId!: string;

  @Column('jsonb')
  detail!: AuditDetail;

  /** Exact to a millisecond. */
  @Column('timestamptz')
  at!: Date;
}
