import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';
import type { ChoiceSetting, IntegerSetting, ListSetting, TextSetting } from './setting-definition.js';
import { definitionOf, type SettingKey, type SettingValue } from './settings.registry.js';

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Reads a value for a setting. A switch takes true and false, and 1 and 0 as OCS has them.
 * @throws AppError INVENTORY_SETTING_INVALID naming the rule
 */
export function parseSettingValue(key: SettingKey, value: unknown): SettingValue {
  const definition = definitionOf(key);
  switch (definition.type) {
    case 'integer':
      return parseInteger(key, definition, value);
    case 'switch':
      return parseSwitch(key, value);
    case 'list':
      return parseList(key, definition, value);
    case 'text':
      return parseText(key, definition, value);
    case 'choice':
      return parseChoice(key, definition, value);
  }
}

/**
 * What is said of a value that a setting, or a key that stands for several, cannot have.
 * @param rule goes on after "The value of KEY"
 */
export function settingInvalid(key: string, rule: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_SETTING_INVALID, `The value of ${key} ${rule}.`, {
    field: 'value',
    key,
  });
}

function parseInteger(key: SettingKey, { min, max, unit }: IntegerSetting, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw settingInvalid(
    key,
    `must be a whole number from ${min} to ${max}${unit === null ? '' : ` (${unit})`}`,
  );
}

function parseSwitch(key: SettingKey, value: unknown): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw settingInvalid(key, 'must be true or false');
}

function parseList(key: SettingKey, { maxItems, maxLength }: ListSetting, value: unknown): readonly string[] {
  const fits = (item: unknown): item is string => item !== '' && isPlainText(item, maxLength);
  if (Array.isArray(value) && value.length <= maxItems && value.every(fits)) return value;
  throw settingInvalid(key, `must be a list of at most ${maxItems} texts of 1 to ${maxLength} characters`);
}

function parseText(key: SettingKey, { maxLength, form }: TextSetting, value: unknown): string {
  if (!isPlainText(value, maxLength))
    throw settingInvalid(key, `must be a text of at most ${maxLength} characters`);
  if (form !== null && !form.pattern.test(value)) throw settingInvalid(key, form.rule);
  return value;
}

function parseChoice(key: SettingKey, { choices }: ChoiceSetting, value: unknown): string {
  if (typeof value === 'string' && choices.includes(value)) return value;
  throw settingInvalid(key, `must be one of ${choices.join(', ')}`);
}

/** Without control characters, and without half a character, which PostgreSQL refuses. */
function isPlainText(value: unknown, maxLength: number): value is string {
  return (
    typeof value === 'string' &&
    value.length <= maxLength &&
    !CONTROL_CHARACTER.test(value) &&
    value.isWellFormed()
  );
}
