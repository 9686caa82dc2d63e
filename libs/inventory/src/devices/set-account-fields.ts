import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import { ACCOUNT_FIELDS, type AccountFields } from '../inventories/account-fields.js';
import { deviceNotFound } from './show-device.js';

const MAX_VALUE = 255;
/** What XML cannot carry, and the line breaks and tabs that its readers make blanks of. */
const NOT_CARRIED = /[\p{Cc}\p{Cs}\ufffe\uffff]/u;

/** Values by field name, such as `{"TAG": "Paris"}`; fields that are left out keep theirs. */
export const accountFieldValues = z.record(
  z.string().max(64),
  // What does not come back from an agent as it was sent would be sent to it again, for ever (OCS-PROTOCOL.md §3.6).
  z
    .string()
    .max(MAX_VALUE)
    .refine((value) => !NOT_CARRIED.test(value), 'must not have control characters or halves of characters')
    .refine((value) => value.trim() !== '', 'must not be blank'),
);

/** Sets administrative values of a device; the agent is told at its next inventory (OCS-PROTOCOL.md §3.6). */
@Injectable()
export class SetAccountFields {
  constructor(private readonly outbox: Outbox) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_ACCOUNT_FIELD_UNKNOWN */
  async execute(principal: Principal, deviceId: string, values: AccountFields): Promise<AccountFields> {
    for (const field of Object.keys(values)) {
      if (!Object.hasOwn(ACCOUNT_FIELDS, field)) throw unknownField(field);
    }
    return this.outbox.transaction(async (tx) => {
      const rows: { readonly accountFields: AccountFields }[] = await tx.manager.query(
        'SELECT account_fields AS "accountFields" FROM device WHERE id = $1 FOR NO KEY UPDATE',
        [deviceId],
      );
      const before = rows[0]?.accountFields;
      if (before === undefined) throw deviceNotFound(deviceId);
      const after = { ...before, ...values };
      await tx.manager.query('UPDATE device SET account_fields = $2 WHERE id = $1', [
        deviceId,
        JSON.stringify(after),
      ]);
      const change = auditChange(
        principal,
        'inventory',
        'device.set-account-fields',
        'device',
        deviceId,
        auditDetail(before, values),
      );
      tx.publish(changeRecorded, change, deviceId);
      return after;
    });
  }
}

function unknownField(field: string): AppError {
  const known = Object.keys(ACCOUNT_FIELDS).join(', ');
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_UNKNOWN,
    `${field}: must be one of ${known}.`,
    { field },
  );
}

function auditDetail(before: AccountFields, values: AccountFields): Record<string, string> {
  const detail: Record<string, string> = {};
  for (const [field, value] of Object.entries(values)) {
    detail[field] = value;
    detail[`${field}.before`] = before[field] ?? '';
  }
  return detail;
}
