import type { DeliveryId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ReportEntity } from './report.entity.js';

const ADD = new PreparedStatement(
  'add-report',
  'INSERT INTO report (report_id, delivery_id, code, reported_at) VALUES ($1, $2, $3, $4)',
);

@Injectable()
export class ReportRepository {
  async add(manager: EntityManager, deliveryId: DeliveryId, code: string, reportedAt: Date): Promise<void> {
    await ADD.run(manager, [uuidv7(), deliveryId, code, reportedAt]);
  }

  has(manager: EntityManager, deliveryId: DeliveryId, code: string): Promise<boolean> {
    return manager.getRepository(ReportEntity).existsBy({ deliveryId, code });
  }

  /** The newest reports of each delivery, oldest first. */
  newest(
    manager: EntityManager,
    deliveryIds: readonly DeliveryId[],
    perDelivery: number,
  ): Promise<ReportEntity[]> {
    return manager.query(
      `SELECT r.report_id AS "reportId", r.delivery_id AS "deliveryId", r.code, r.reported_at AS "reportedAt"
       FROM unnest($1::uuid[]) AS given (delivery_id)
       CROSS JOIN LATERAL (
         SELECT * FROM report WHERE report.delivery_id = given.delivery_id
         ORDER BY reported_at DESC, report_id DESC LIMIT $2) r
       ORDER BY r.reported_at, r.report_id`,
      [deliveryIds, perDelivery],
    );
  }
}
