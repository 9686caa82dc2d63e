import type { AccountValue } from '@entrepot/ocs-wire';
import { storableText } from '../storable-text.js';

/** Administrative values of a device by field name. */
export type AccountFields = Readonly<Record<string, string>>;

/** The fields that exist, with the value of a device for which none was ever given, as OCS has it. */
export const ACCOUNT_FIELDS: Readonly<Record<string, string>> = { TAG: 'NA' };

const MAX_VALUE = 255;

/** What a new device starts with: the agent's values of fields that exist (OCS-PROTOCOL.md §3.6). */
export function initialAccountFields(sent: readonly AccountValue[]): AccountFields {
  const fields: Record<string, string> = { ...ACCOUNT_FIELDS };
  const given = new Set<string>();
  for (const { name, value } of sent) {
    if (!Object.hasOwn(ACCOUNT_FIELDS, name) || given.has(name) || value === '') continue;
    given.add(name);
    fields[name] = storableText(value, MAX_VALUE);
  }
  return fields;
}

/**
 * The ACCOUNT_UPDATE for a device that was known before (OCS-PROTOCOL.md §3.6): the server is the master, so an agent
 * that sent other values, another number of them, or none, is sent all.
 * @returns null when the agent has the right values
 */
export function accountUpdate(stored: AccountFields, sent: readonly AccountValue[]): AccountValue[] | null {
  const all = Object.entries({ ...ACCOUNT_FIELDS, ...stored }).map(([name, value]) => ({ name, value }));
  const same =
    sent.length === all.length &&
    all.every(({ name, value }) => sent.some((pair) => pair.name === name && pair.value === value));
  return same ? null : all;
}
