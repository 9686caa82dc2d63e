import { changeRecorded, clearAccountFieldJob } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { accountFieldNotFound } from './account-field-rules.js';
import { AccountFieldStore } from './account-field-store.js';
import { TAG } from './account-field.js';

/** Deletes a field at once; its values leave the devices by and by, and stay in their history. */
@Injectable()
export class DeleteAccountField {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: AccountFieldStore,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_ACCOUNT_FIELD_NOT_FOUND, INVENTORY_ACCOUNT_FIELD_REQUIRED */
  async execute(principal: Principal, name: string): Promise<void> {
    if (name === TAG) {
      throw new AppError(INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_REQUIRED, 'TAG always exists.', { name });
    }
    await this.outbox.transaction(async (tx) => {
      const rows: unknown[] = await tx.manager.query(MARK, [name, this.clock.now()]);
      if (rows.length === 0) throw accountFieldNotFound(name);
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'account-field.delete', 'account-field', name),
        name,
      );
      tx.publish(clearAccountFieldJob, { name, after: null }, name);
    });
    this.store.forget();
  }
}

const MARK = `
  WITH marked AS (
    UPDATE account_field SET deleted_at = $2 WHERE name = $1 AND deleted_at IS NULL RETURNING name
  ) SELECT name FROM marked`;
