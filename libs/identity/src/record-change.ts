import type { EventOf, changeRecorded } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditRecordRepository } from './audit-record.repository.js';

/** Adds a change made in any context to the trail. */
@Injectable()
export class RecordChange {
  constructor(private readonly records: AuditRecordRepository) {}

  async execute(tx: Transaction, change: EventOf<typeof changeRecorded>): Promise<void> {
    await this.records.add(tx.manager, { ...change, auditRecordId: uuidv7(), at: new Date(change.at) });
  }
}
