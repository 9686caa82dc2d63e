import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import { accountFieldNotFound, assertOptionsSuit } from './account-field-rules.js';
import { AccountFieldStore } from './account-field-store.js';
import {
  FIELD_COLUMNS,
  toAccountFieldView,
  type AccountFieldChanges,
  type AccountFieldRow,
  type AccountFieldView,
} from './account-field.schemas.js';

/**
 * Changes what a field is; the next inventory is treated by it. Values that a list no longer has stay with the devices
 * that have them.
 */
@Injectable()
export class ChangeAccountField {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: AccountFieldStore,
  ) {}

  /** @throws AppError INVENTORY_ACCOUNT_FIELD_NOT_FOUND, INVENTORY_ACCOUNT_FIELD_INVALID, INVENTORY_ACCOUNT_FIELD_IN_USE */
  async execute(principal: Principal, name: string, changes: AccountFieldChanges): Promise<AccountFieldView> {
    const changed = await this.outbox.transaction(async (tx) => {
      const rows: AccountFieldRow[] = await tx.manager.query(LOCK, [name]);
      const before = rows[0];
      if (before === undefined) throw accountFieldNotFound(name);
      const after = merged(before, changes);
      assertOptionsSuit(after.type, after.options);
      if (after.type !== before.type) await assertNoValues(tx.manager, name);
      const { label, type, options, policy, position } = after;
      await tx.manager.query(UPDATE, [name, label, type, options, policy, position]);
      tx.publish(
        changeRecorded,
        auditChange(
          principal,
          'inventory',
          'account-field.change',
          'account-field',
          name,
          detailOf(before, changes),
        ),
        name,
      );
      return after;
    });
    this.store.forget();
    return toAccountFieldView(changed);
  }
}

/** A list that becomes something else loses its values, which nothing else can have. */
function merged(before: AccountFieldRow, changes: AccountFieldChanges): AccountFieldRow {
  const type = changes.type ?? before.type;
  return {
    ...before,
    label: changes.label ?? before.label,
    type,
    options: changes.options ?? (type === 'list' ? before.options : []),
    policy: changes.policy ?? before.policy,
    position: changes.position ?? before.position,
  };
}

async function assertNoValues(manager: EntityManager, name: string): Promise<void> {
  const rows: unknown[] = await manager.query(ANY_VALUE, [name]);
  if (rows.length === 0) return;
  throw new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_IN_USE,
    'type: can only be changed while no device has a value of the field.',
    { field: 'type' },
  );
}

function detailOf(before: AccountFieldRow, changes: AccountFieldChanges): Record<string, string> {
  const detail: Record<string, string> = {};
  for (const key of ['label', 'type', 'options', 'policy', 'position'] as const) {
    if (changes[key] === undefined) continue;
    detail[key] = String(changes[key]);
    detail[`${key}.before`] = String(before[key]);
  }
  return detail;
}

const LOCK = `SELECT ${FIELD_COLUMNS} FROM account_field WHERE name = $1 AND deleted_at IS NULL FOR UPDATE`;

const UPDATE = `
  UPDATE account_field SET label = $2, type = $3, options = $4, policy = $5, position = $6 WHERE name = $1`;

const ANY_VALUE = `
  SELECT 1 FROM device
  WHERE account_fields ->> $1 <> '' AND NOT ($1 = 'TAG' AND account_fields ->> $1 = 'NA') LIMIT 1`;
