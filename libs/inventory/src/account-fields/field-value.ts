import { storableText } from '../storable-text.js';
import { NO_TAG, TAG, type AccountFieldDefinition } from './account-field.js';

/** In UTF-16 units. */
export const MAX_VALUE = 255;

/** What XML cannot carry, and the line breaks and tabs of which its readers make blanks. */
const NOT_CARRIED = /[\p{Cc}\p{Cs}\ufffe\uffff]+/gu;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** How OCS's own console writes dates. */
const OCS_DATE = /^(\d{2})\/(\d{2})\/(\d{4})$/;
const CHECKED = new Set(['1', 'true', 'yes', 'on']);
const UNCHECKED = new Set(['0', 'false', 'no', 'off']);

/** A text as it comes back from an agent that was sent it: with blanks for what XML cannot carry, and none around. */
export function carriedText(text: string): string {
  return text.replace(NOT_CARRIED, ' ').trim();
}

/** Whether a value says that there is none. */
export function isNoValue(name: string, value: string): boolean {
  return value === '' || (name === TAG && value === NO_TAG);
}

/**
 * Reads a value for a field, from whomever; what says that there is none becomes the empty text, and a longer text than
 * can be kept is cut.
 * @returns null when the field cannot have it (`valueRule` says why)
 */
export function readFieldValue(definition: AccountFieldDefinition, text: string): string | null {
  const value = carriedText(text);
  if (isNoValue(definition.name, value)) return '';
  switch (definition.type) {
    case 'text':
      return storableText(value, MAX_VALUE).trim();
    case 'list':
      return definition.options.includes(value) ? value : null;
    case 'date':
      return readDate(value);
    case 'checkbox':
      return readSwitch(value.toLowerCase());
  }
}

/** What a field's values must be, for people. */
export function valueRule({ type, options }: AccountFieldDefinition): string {
  switch (type) {
    case 'text':
      return `must be a text of at most ${MAX_VALUE} characters`;
    case 'list':
      return `must be one of ${options.join(', ')}`;
    case 'date':
      return 'must be a day such as 2026-11-21';
    case 'checkbox':
      return 'must be 0 or 1';
  }
}

function readDate(text: string): string | null {
  const [, year, month, day] = ISO_DATE.exec(text) ?? [];
  const [, ocsDay, ocsMonth, ocsYear] = OCS_DATE.exec(text) ?? [];
  const date = `${year ?? ocsYear}-${month ?? ocsMonth}-${day ?? ocsDay}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  // A day that the month does not have becomes one of the next month.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : null;
}

function readSwitch(text: string): string | null {
  if (CHECKED.has(text)) return '1';
  return UNCHECKED.has(text) ? '0' : null;
}
