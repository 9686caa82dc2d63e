import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import { isWorthRetrying } from '../inventories/postgres-failure.js';
import { CompileCriteria } from '../search/compile-criteria.js';
import { criteria } from '../search/criteria.js';
import { AccountFieldStore } from './account-field-store.js';
import type { AccountFields } from './account-field.js';
import { accountFieldValues, readFieldValues } from './read-field-values.js';
import { writeFieldValues } from './write-field-values.js';

const MAX_DEVICES = 10_000;
const ATTEMPTS = 3;

/** What PUT /api/v1/account-fields/values takes: either the devices or what they have in common. */
export const manyFieldValues = z
  .strictObject({
    deviceIds: z.array(z.uuid()).min(1).max(MAX_DEVICES).optional(),
    criteria: criteria.optional(),
    values: accountFieldValues.refine((values) => Object.keys(values).length > 0, 'must name a field'),
  })
  .refine(
    (body) => (body.deviceIds === undefined) !== (body.criteria === undefined),
    'must have either deviceIds or criteria',
  );

/** How many devices were meant, and how many of them had other values before. */
export const manyFieldsSet = z.object({ devices: z.int(), changed: z.int() });

export type ManyFieldValues = z.output<typeof manyFieldValues>;
export type ManyFieldsSet = z.output<typeof manyFieldsSet>;

/** Sets administrative values of many devices at once: of all of them or, when it fails, of none. */
@Injectable()
export class SetManyAccountFields {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: AccountFieldStore,
    private readonly compile: CompileCriteria,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_ACCOUNT_FIELD_UNKNOWN, INVENTORY_ACCOUNT_FIELD_INVALID, INVENTORY_TOO_MANY_DEVICES */
  async execute(principal: Principal, body: ManyFieldValues): Promise<ManyFieldsSet> {
    const values = readFieldValues(await this.store.current(), body.values);
    return this.attempt(principal, body, values, 1);
  }

  /** Agents' inventories lock devices in an order of their own. */
  private async attempt(
    principal: Principal,
    body: ManyFieldValues,
    values: AccountFields,
    attempt: number,
  ): Promise<ManyFieldsSet> {
    try {
      return await this.outbox.transaction((tx) => this.write(tx, principal, body, values));
    } catch (error) {
      if (attempt >= ATTEMPTS || !isWorthRetrying(error)) throw error;
      return this.attempt(principal, body, values, attempt + 1);
    }
  }

  private async write(
    tx: Transaction,
    principal: Principal,
    body: ManyFieldValues,
    values: AccountFields,
  ): Promise<ManyFieldsSet> {
    const devices = await this.lock(tx, body);
    const edit = { by: principal.name, at: this.clock.now() };
    const changed = await writeFieldValues(tx, devices, values, edit);
    const answer = { devices: devices.length, changed: changed.length };
    const fields = Object.keys(values).join(', ');
    tx.publish(
      changeRecorded,
      auditChange(principal, 'inventory', 'devices.set-account-fields', 'account-field', fields, {
        ...values,
        // No field has a dot in its name.
        'devices.meant': answer.devices,
        'devices.changed': answer.changed,
      }),
      fields,
    );
    return answer;
  }

  private async lock(tx: Transaction, body: ManyFieldValues): Promise<readonly string[]> {
    const { condition, parameters } =
      body.criteria === undefined
        ? { condition: 'd.id = ANY($1::uuid[])', parameters: [body.deviceIds] }
        : await this.compile.execute(body.criteria);
    const rows: { readonly id: string }[] = await tx.manager.query(
      `SELECT d.id FROM device d WHERE d.state IN ('active', 'archived') AND (${condition})
       ORDER BY d.id LIMIT ${MAX_DEVICES + 1} FOR NO KEY UPDATE OF d`,
      [...parameters],
    );
    if (rows.length <= MAX_DEVICES) return rows.map(({ id }) => id);
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_TOO_MANY_DEVICES,
      `criteria: must fit at most ${MAX_DEVICES} devices.`,
      { field: 'criteria' },
    );
  }
}
