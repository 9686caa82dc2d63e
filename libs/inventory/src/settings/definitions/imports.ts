import { AUTO_DUPLICATE_LVL } from './duplicates.js';
import type { SettingImport } from '../setting-definition.js';

/**
 * Keys of OCS that are no settings here but set several others when they are PUT: by their names. They are not listed,
 * and have no value of their own.
 */
export const SETTING_IMPORTS: Readonly<Record<string, SettingImport>> = { AUTO_DUPLICATE_LVL };
