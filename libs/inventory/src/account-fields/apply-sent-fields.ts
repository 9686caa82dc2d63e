import type { AccountValue } from '@entrepot/ocs-wire';
import {
  NO_TAG,
  storedValue,
  TAG,
  toldValue,
  type AccountFieldDefinition,
  type AccountFields,
  type FieldChange,
} from './account-field.js';
import { carriedText, isNoValue, readFieldValue } from './field-value.js';

/** What an agent's account values make of a device. */
export interface AppliedFields {
  /** What the device has from now on; of a known device it differs from `stored` by `changed` only. */
  readonly fields: AccountFields;
  /** What the agent changed; nothing for a new device, which has no values before these. */
  readonly changed: readonly FieldChange[];
  /** All fields, when the agent has to be told (ACCOUNT_UPDATE); null when it has the right values. */
  readonly update: AccountValue[] | null;
  /** Values that their fields cannot have, and that were therefore ignored. */
  readonly refused: readonly AccountValue[];
}

/**
 * Applies each field's policy to what an agent sent (OCS-PROTOCOL.md §3.6). Agents drop what is empty and some keep
 * names that the server no longer has, so that empty counts as absent and unknown names as nothing; once told, an agent
 * sends what makes the next answer NO_ACCOUNT_UPDATE.
 * @param stored null for a new device, which is never told anything
 */
export function applySentFields(
  definitions: readonly AccountFieldDefinition[],
  stored: AccountFields | null,
  sent: readonly AccountValue[],
): AppliedFields {
  const values = firstValues(sent);
  const fields: Record<string, string> = stored === null ? { [TAG]: NO_TAG } : { ...stored };
  const changed: FieldChange[] = [];
  const update: AccountValue[] = [];
  const refused: AccountValue[] = [];
  let differs = false;
  for (const definition of definitions) {
    const { name } = definition;
    const text = values.get(name) ?? '';
    const read = readFieldValue(definition, text);
    const before = stored === null ? undefined : storedValue(stored, name);
    if (read === null && text !== before) refused.push({ name, value: text });
    const after = decide(definition, before, read ?? '');
    if (after !== undefined && after !== before) {
      fields[name] = after;
      if (stored !== null) changed.push({ field: name, before: before ?? '', after });
    }
    const told = toldValue(name, after);
    update.push({ name, value: told });
    differs ||= carriedText(text) !== told && (read === '' || read !== told);
  }
  return { fields, changed, update: stored !== null && differs ? update : null, refused };
}

/** A field that the server has emptied keeps the empty text: to its policy that is a value like others. */
function decide(
  { name, policy }: AccountFieldDefinition,
  before: string | undefined,
  sent: string,
): string | undefined {
  const open = before === undefined || (before !== '' && isNoValue(name, before));
  const taken = sent !== '' && (policy === 'agent-wins' || (policy === 'first-wins' && open));
  return taken ? sent : before;
}

/** Of several values of one name the first that is not empty. */
function firstValues(sent: readonly AccountValue[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of sent) {
    if (!values.get(name)) values.set(name, value);
  }
  return values;
}
