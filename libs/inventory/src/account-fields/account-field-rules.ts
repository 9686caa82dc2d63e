import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';
import type { AccountFieldType } from './account-field.js';

/** Makes sure that a list has values, and that nothing else has. @throws AppError INVENTORY_ACCOUNT_FIELD_INVALID */
export function assertOptionsSuit(type: AccountFieldType, options: readonly string[]): void {
  if ((type === 'list') === options.length > 0) return;
  const rule = type === 'list' ? 'must have at least one value' : 'must be empty unless the type is list';
  throw new AppError(INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_INVALID, `options: ${rule}.`, {
    field: 'options',
  });
}

/** What is thrown when a field is named that does not exist. */
export function accountFieldNotFound(name: string): AppError {
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_NOT_FOUND,
    'There is no account field of that name.',
    { name },
  );
}
