import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { INVENTORY_ERRORS } from '../errors.js';
import {
  toBlacklistedValue,
  VALUE_COLUMNS,
  valueNotFound,
  type BlacklistedValue,
  type BlacklistedValueFields,
  type StoredValue,
} from './blacklisted-value.js';
import { IdentityRules } from './identity-rules.js';

/** Changes the values by which machines are not recognised; the next inventory is looked at accordingly. */
@Injectable()
export class ChangeBlacklist {
  constructor(
    private readonly outbox: Outbox,
    private readonly rules: IdentityRules,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_BLACKLISTED_VALUE_TAKEN */
  async add(principal: Principal, fields: BlacklistedValueFields): Promise<BlacklistedValue> {
    return this.change(async (tx) => {
      const value = { id: uuidv7(), ...fields, seeded: false, addedAt: this.clock.now() };
      await this.assertFree(tx, value);
      await tx.manager.query(
        'INSERT INTO blacklisted_value (id, kind, pattern, added_at) VALUES ($1, $2, $3, $4)',
        [value.id, value.kind, value.pattern, value.addedAt],
      );
      record(tx, principal, 'add', value);
      return toBlacklistedValue(value);
    });
  }

  /** @throws AppError INVENTORY_BLACKLISTED_VALUE_NOT_FOUND, INVENTORY_BLACKLISTED_VALUE_TAKEN */
  async update(principal: Principal, id: string, fields: BlacklistedValueFields): Promise<BlacklistedValue> {
    return this.change(async (tx) => {
      const value = { ...(await read(tx, id)), ...fields };
      await this.assertFree(tx, value);
      await tx.manager.query('UPDATE blacklisted_value SET kind = $2, pattern = $3 WHERE id = $1', [
        ...[id, value.kind, value.pattern],
      ]);
      record(tx, principal, 'update', value);
      return toBlacklistedValue(value);
    });
  }

  /** @throws AppError INVENTORY_BLACKLISTED_VALUE_NOT_FOUND */
  async remove(principal: Principal, id: string): Promise<void> {
    await this.change(async (tx) => {
      const value = await read(tx, id);
      await tx.manager.query('DELETE FROM blacklisted_value WHERE id = $1', [id]);
      record(tx, principal, 'remove', value);
    });
  }

  /** One change at a time: there are few. */
  private async change<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const result = await this.outbox.transaction(async (tx) => {
      await tx.manager.query('LOCK TABLE blacklisted_value IN SHARE ROW EXCLUSIVE MODE');
      return work(tx);
    });
    this.rules.forget();
    return result;
  }

  private async assertFree(tx: Transaction, { id, kind, pattern }: StoredValue): Promise<void> {
    const taken: unknown[] = await tx.manager.query(
      'SELECT 1 FROM blacklisted_value WHERE kind = $1 AND lower(pattern) = lower($2) AND id <> $3',
      [kind, pattern, id],
    );
    if (taken.length === 0) return;
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_BLACKLISTED_VALUE_TAKEN,
      `"${pattern}" is on the blacklist already.`,
      { field: 'pattern' },
    );
  }
}

async function read(tx: Transaction, id: string): Promise<StoredValue> {
  const rows: StoredValue[] = await tx.manager.query(
    `SELECT ${VALUE_COLUMNS} FROM blacklisted_value WHERE id = $1`,
    [id],
  );
  const [value] = rows;
  if (value === undefined) throw valueNotFound(id);
  return value;
}

function record(
  tx: Transaction,
  principal: Principal,
  action: 'add' | 'update' | 'remove',
  { id, kind, pattern }: StoredValue,
): void {
  const name = `blacklisted-value.${action}`;
  const detail = { kind, pattern };
  tx.publish(changeRecorded, auditChange(principal, 'inventory', name, 'blacklisted-value', id, detail), id);
}
