import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';
import {
  SETTINGS,
  type IntegerSetting,
  type ListSetting,
  type SettingDefinition,
  type SettingKey,
  type SettingValue,
} from './settings.registry.js';

/**
 * Reads a value for a setting. A switch takes true and false, and 1 and 0 as OCS has them.
 * @throws AppError INVENTORY_SETTING_INVALID naming the rule
 */
export function parseSettingValue(key: SettingKey, value: unknown): SettingValue {
  const definition: SettingDefinition = SETTINGS[key];
  switch (definition.type) {
    case 'integer':
      return parseInteger(key, definition, value);
    case 'switch':
      return parseSwitch(key, value);
    case 'list':
      return parseList(key, definition, value);
  }
}

function parseInteger(key: SettingKey, { min, max, unit }: IntegerSetting, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(key, `must be a whole number from ${min} to ${max}${unit === null ? '' : ` (${unit})`}`);
}

function parseSwitch(key: SettingKey, value: unknown): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw invalid(key, 'must be true or false');
}

function parseList(key: SettingKey, { maxItems, maxLength }: ListSetting, value: unknown): readonly string[] {
  const fits = (item: unknown): item is string =>
    typeof item === 'string' && item !== '' && item.length <= maxLength && !item.includes('\0');
  if (Array.isArray(value) && value.length <= maxItems && value.every(fits)) return value;
  throw invalid(key, `must be a list of at most ${maxItems} texts of 1 to ${maxLength} characters`);
}

function invalid(key: SettingKey, rule: string): AppError {
  return new AppError(INVENTORY_ERRORS.INVENTORY_SETTING_INVALID, `The value of ${key} ${rule}.`, {
    field: 'value',
    key,
  });
}
