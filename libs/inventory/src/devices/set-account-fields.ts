import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { AccountFieldStore } from '../account-fields/account-field-store.js';
import { storedValue, type AccountFields } from '../account-fields/account-field.js';
import { readFieldValues, shownFields } from '../account-fields/read-field-values.js';
import { writeFieldValues } from '../account-fields/write-field-values.js';
import { INVENTORY_ERRORS } from '../errors.js';
import { deviceNotFound } from './show-device.js';

interface LockedDevice {
  readonly state: string;
  readonly mergedInto: string | null;
  readonly accountFields: AccountFields;
}

/** Sets administrative values of a device; the agent is told at its next inventory (OCS-PROTOCOL.md §3.6). */
@Injectable()
export class SetAccountFields {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: AccountFieldStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE, INVENTORY_ACCOUNT_FIELD_UNKNOWN,
   *   INVENTORY_ACCOUNT_FIELD_INVALID
   */
  async execute(principal: Principal, deviceId: string, wanted: AccountFields): Promise<AccountFields> {
    const definitions = await this.store.current();
    const values = readFieldValues(definitions, wanted);
    return this.outbox.transaction(async (tx) => {
      const rows: LockedDevice[] = await tx.manager.query(LOCK, [deviceId]);
      const device = rows[0];
      if (device === undefined) throw deviceNotFound(deviceId);
      assertChangeable(device);
      const before = device.accountFields;
      await writeFieldValues(tx, [deviceId], values, { by: principal.name, at: this.clock.now() });
      const change = auditChange(
        principal,
        'inventory',
        'device.set-account-fields',
        'device',
        deviceId,
        auditDetail(before, values),
      );
      tx.publish(changeRecorded, change, deviceId);
      return shownFields(definitions, { ...before, ...values });
    });
  }
}

/** What is noted about a device that is gone would be lost with it, or show up when it comes back. */
function assertChangeable({ state, mergedInto }: LockedDevice): void {
  if (state === 'active' || state === 'archived') return;
  const message = state === 'merged' ? `It was merged into ${mergedInto}.` : 'It was deleted.';
  throw new AppError(INVENTORY_ERRORS.INVENTORY_DEVICE_STATE, message, {
    state,
    ...(mergedInto !== null && { mergedInto }),
  });
}

function auditDetail(before: AccountFields, values: AccountFields): Record<string, string> {
  const detail: Record<string, string> = {};
  for (const [field, value] of Object.entries(values)) {
    detail[field] = value;
    detail[`${field}.before`] = storedValue(before, field) ?? '';
  }
  return detail;
}

const LOCK = `
  SELECT state, merged_into AS "mergedInto", account_fields AS "accountFields"
  FROM device WHERE id = $1 FOR NO KEY UPDATE`;
