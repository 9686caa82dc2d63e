import { z } from 'zod';

/** Administrative values of a device by field name. A field that is left out was never given a value. */
export type AccountFields = Readonly<Record<string, string>>;

export const accountFieldType = z.enum(['text', 'list', 'date', 'checkbox']);
/**
 * Whose value counts. `server-wins`: never the agent's. `first-wins`: the agent's while there is none, then the
 * server's, as OCS has it (OCS-PROTOCOL.md §3.6). `agent-wins`: what the agent says, whenever it says something.
 */
export const accountFieldPolicy = z.enum(['server-wins', 'agent-wins', 'first-wins']);

export type AccountFieldType = z.output<typeof accountFieldType>;
export type AccountFieldPolicy = z.output<typeof accountFieldPolicy>;

/** What administrators note about each device under one name, which is the KEYNAME of agents. */
export interface AccountFieldDefinition {
  readonly name: string;
  readonly type: AccountFieldType;
  /** The values of a list; empty for other types. */
  readonly options: readonly string[];
  readonly policy: AccountFieldPolicy;
}

/** The field that always exists. */
export const TAG = 'TAG';
/** How a TAG without a value is written, by agents and for them (OCS-PROTOCOL.md §3.6). Never "LOST". */
export const NO_TAG = 'NA';

/** One value that became another one; empty where there is none. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** A device's value, undefined when it was never given one. Names such as `constructor` are names like others. */
export function storedValue(fields: AccountFields, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A value as agents are told it. */
export function toldValue(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  return name === TAG ? NO_TAG : '';
}
