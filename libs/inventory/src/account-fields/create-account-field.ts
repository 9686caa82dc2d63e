import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import { assertOptionsSuit } from './account-field-rules.js';
import { AccountFieldStore } from './account-field-store.js';
import {
  FIELD_COLUMNS,
  toAccountFieldView,
  type AccountFieldRow,
  type AccountFieldView,
  type NewAccountField,
} from './account-field.schemas.js';

/** Agents are told all of them, and the wire carries 256. */
const MAX_FIELDS = 100;

/** Adds a field to all devices; none has a value of it yet. */
@Injectable()
export class CreateAccountField {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: AccountFieldStore,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_ACCOUNT_FIELD_INVALID, INVENTORY_ACCOUNT_FIELD_EXISTS, INVENTORY_ACCOUNT_FIELD_LIMIT */
  async execute(principal: Principal, field: NewAccountField): Promise<AccountFieldView> {
    assertOptionsSuit(field.type, field.options);
    const created = await this.outbox.transaction(async (tx) => {
      await assertRoom(tx.manager);
      const rows: AccountFieldRow[] = await tx.manager.query(INSERT, [
        ...[field.name, field.label ?? field.name, field.type, field.options, field.policy],
        ...[field.position ?? null, this.clock.now(), principal.name],
      ]);
      const row = rows[0];
      if (row === undefined) throw await nameTaken(tx.manager, field.name);
      const detail = { type: row.type, policy: row.policy, options: row.options.join(', ') };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'account-field.create', 'account-field', row.name, detail),
        row.name,
      );
      return row;
    });
    this.store.forget();
    return toAccountFieldView(created);
  }
}

async function assertRoom(manager: EntityManager): Promise<void> {
  const rows: { readonly fields: number }[] = await manager.query(COUNT);
  if ((rows[0]?.fields ?? 0) < MAX_FIELDS) return;
  throw new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_LIMIT,
    `There are ${MAX_FIELDS} account fields already.`,
  );
}

async function nameTaken(manager: EntityManager, name: string): Promise<AppError> {
  const rows: { readonly going: boolean }[] = await manager.query(TAKEN_BY, [name]);
  const going = rows[0]?.going ?? false;
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_EXISTS,
    going
      ? 'name: the values of a deleted field of that name are still being removed.'
      : 'name: another field has it.',
    { field: 'name' },
  );
}

const COUNT = 'SELECT count(*)::int AS fields FROM account_field';

const INSERT = `
  INSERT INTO account_field (name, label, type, options, policy, position, created_at, created_by)
  VALUES ($1, $2, $3, $4, $5, coalesce($6, (SELECT max(position) + 1 FROM account_field)), $7, $8)
  ON CONFLICT DO NOTHING RETURNING ${FIELD_COLUMNS}`;

const TAKEN_BY = `SELECT deleted_at IS NOT NULL AS going FROM account_field WHERE lower(name) = lower($1)`;
