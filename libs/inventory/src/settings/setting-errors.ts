import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';
import { NOT_SETTINGS } from './definitions/not-settings.js';
import { SETTING_IMPORTS } from './definitions/imports.js';
import { definitionOf, parseSettingKey, type SettingKey } from './settings.registry.js';

/** For whom a value is: every device, those of a group, or one. */
export type SettingLevel = 'global' | 'group' | 'device';

/**
 * Reads the name of a setting.
 * @throws AppError INVENTORY_SETTING_NOT_FOUND; for a key of OCS it says why there is none
 */
export function settingKey(name: string): SettingKey {
  const key = parseSettingKey(name);
  if (key !== null) return key;
  throw new AppError(INVENTORY_ERRORS.INVENTORY_SETTING_NOT_FOUND, whyNot(name), { key: name });
}

/**
 * Reads the name of a setting that devices or groups may have for themselves.
 * @throws AppError INVENTORY_SETTING_NOT_FOUND, INVENTORY_SETTING_GLOBAL
 */
export function ownSettingKey(name: string, level: Exclude<SettingLevel, 'global'>): SettingKey {
  const key = settingKey(name);
  if (mayHaveOwn(key, level)) return key;
  const only = definitionOf(key).inheritance === 'device' ? 'for single devices' : 'for all devices together';
  throw new AppError(INVENTORY_ERRORS.INVENTORY_SETTING_GLOBAL, `${key} can be set ${only} only.`, { key });
}

/** Whether a setting may have a value at that level. */
export function mayHaveOwn(key: SettingKey, level: SettingLevel): boolean {
  const { inheritance } = definitionOf(key);
  if (level === 'global') return true;
  return inheritance !== 'global' && (level === 'device' || inheritance !== 'device');
}

function whyNot(name: string): string {
  if (Object.hasOwn(SETTING_IMPORTS, name))
    return `${name} only sets other settings when it is set for all devices; it has no value of its own.`;
  const reason = NOT_SETTINGS.get(name);
  return reason === undefined ? 'There is no setting of that name.' : `${name} is no setting here. ${reason}`;
}
