import { AppError } from '@entrepot/kernel';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import { storedValue, type AccountFieldDefinition, type AccountFields } from './account-field.js';
import { carriedText, MAX_VALUE, readFieldValue, valueRule } from './field-value.js';

/** Values by field name, such as `{"TAG": "Paris"}`; the empty text empties a field, and what is left out stays. */
export const accountFieldValues = z.record(
  z.string().max(64),
  // What does not come back from an agent as it was sent would be sent to it again, for ever (OCS-PROTOCOL.md §3.6).
  z
    .string()
    .trim()
    .max(MAX_VALUE)
    .refine(
      (value) => carriedText(value) === value,
      'must not have control characters or halves of characters',
    ),
);

/**
 * Checks what somebody wants to note about devices.
 * @throws AppError INVENTORY_ACCOUNT_FIELD_UNKNOWN, INVENTORY_ACCOUNT_FIELD_INVALID, naming the field
 */
export function readFieldValues(
  definitions: readonly AccountFieldDefinition[],
  values: AccountFields,
): AccountFields {
  const read: Record<string, string> = {};
  for (const [field, text] of Object.entries(values)) {
    const definition = definitions.find(({ name }) => name === field);
    if (definition === undefined) throw unknownField(field, definitions);
    const value = readFieldValue(definition, text);
    if (value === null) {
      const message = `${field}: ${valueRule(definition)}.`;
      throw new AppError(INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_INVALID, message, { field });
    }
    read[field] = value;
  }
  return read;
}

/** All values of a device as they are shown: every field that exists, empty where there is no value. */
export function shownFields(
  definitions: readonly AccountFieldDefinition[],
  fields: AccountFields,
): Record<string, string> {
  return Object.fromEntries(definitions.map(({ name }) => [name, storedValue(fields, name) ?? '']));
}

function unknownField(field: string, definitions: readonly AccountFieldDefinition[]): AppError {
  const known = definitions.map(({ name }) => name).join(', ');
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_ACCOUNT_FIELD_UNKNOWN,
    `${field}: must be one of ${known}.`,
    { field },
  );
}
