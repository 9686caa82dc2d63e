import type { DeliveryId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One result as an agent sent it; all are kept. */
@Entity('report')
export class ReportEntity {
  @PrimaryColumn('uuid', { name: 'report_id' })
  reportId!: string;

  @Column('uuid', { name: 'delivery_id' })
  deliveryId!: DeliveryId;

  /** The agent's word, raw. */
  @Column('text')
  code!: string;

  @Column('timestamptz', { name: 'reported_at' })
  reportedAt!: Date;
}
