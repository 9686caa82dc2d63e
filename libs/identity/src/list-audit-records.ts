import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { AuditRecordEntity } from './audit-record.entity.js';
import { AuditRecordRepository, type AuditPosition } from './audit-record.repository.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

export interface AuditQuery extends PageQuery {
  readonly subjectId?: string | undefined;
  readonly action?: string | undefined;
}

/** Shows who changed what, newest first. */
@Injectable()
export class ListAuditRecords {
  constructor(
    private readonly database: DataSource,
    private readonly records: AuditRecordRepository,
  ) {}

  async execute({ limit, cursor, subjectId, action }: AuditQuery): Promise<Page<AuditRecordEntity>> {
    const { manager } = this.database;
    const filter = { subjectId: subjectId ?? null, action: action ?? null };
    const position = cursor === undefined ? null : readPosition(cursor);
    const rows = await this.records.list(manager, filter, position, limit + 1);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items,
      total: await this.records.count(manager, filter),
      next: last === undefined ? null : encodeCursor([last.at.toISOString(), last.auditRecordId]),
    };
  }
}

function readPosition(cursor: string): AuditPosition {
  const [at, auditRecordId] = decodeCursor(cursor, cursorSchema);
  return { at: new Date(at), auditRecordId };
}
