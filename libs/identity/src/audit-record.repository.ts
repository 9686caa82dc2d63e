import { Injectable } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { AuditRecordEntity } from './audit-record.entity.js';

export interface AuditFilter {
  readonly subjectId: string | null;
  readonly action: string | null;
}

/** The place of a record in the order of the trail. */
export interface AuditPosition {
  readonly at: Date;
  readonly auditRecordId: string;
}

@Injectable()
export class AuditRecordRepository {
  async add(manager: EntityManager, record: AuditRecordEntity): Promise<void> {
    await manager.getRepository(AuditRecordEntity).insert(record);
  }

  /** Newest first, those after `position` in that order. */
  list(
    manager: EntityManager,
    filter: AuditFilter,
    position: AuditPosition | null,
    limit: number,
  ): Promise<AuditRecordEntity[]> {
    const query = manager
      .getRepository(AuditRecordEntity)
      .createQueryBuilder('record')
      .where(whereOf(filter))
      .orderBy('record.at', 'DESC')
      .addOrderBy('record.auditRecordId', 'DESC')
      .take(limit);
    if (position !== null)
      query.andWhere('(record.at, record.auditRecordId) < (:at, :auditRecordId)', { ...position });
    return query.getMany();
  }

  count(manager: EntityManager, filter: AuditFilter): Promise<number> {
    return manager.getRepository(AuditRecordEntity).countBy(whereOf(filter));
  }
}

function whereOf({ subjectId, action }: AuditFilter): FindOptionsWhere<AuditRecordEntity> {
  return { ...(subjectId !== null && { subjectId }), ...(action !== null && { action }) };
}
