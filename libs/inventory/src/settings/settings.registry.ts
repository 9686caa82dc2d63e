import { CONTACT_SETTINGS } from './definitions/contact.js';
import { DEPLOYMENT_SETTINGS } from './definitions/deployment.js';
import { DUPLICATE_SETTINGS } from './definitions/duplicates.js';
import { INVENTORY_SETTINGS } from './definitions/inventory.js';
import { IPDISCOVER_SETTINGS } from './definitions/ipdiscover.js';
import { REGISTRY_SETTINGS } from './definitions/registry.js';
import type {
  ChoiceSetting,
  IntegerSetting,
  ListSetting,
  SettingDefinition,
  SwitchSetting,
} from './setting-definition.js';

export type { SettingDefinition, SettingValue } from './setting-definition.js';

/** Every setting, under its OCS name where OCS has one (OCS-PROTOCOL.md §9). */
export const SETTINGS = {
  ...CONTACT_SETTINGS,
  ...DEPLOYMENT_SETTINGS,
  ...INVENTORY_SETTINGS,
  ...REGISTRY_SETTINGS,
  ...IPDISCOVER_SETTINGS,
  ...DUPLICATE_SETTINGS,
} as const satisfies Record<string, SettingDefinition>;

export type SettingKey = keyof typeof SETTINGS;

type ValueOf<Definition> = Definition extends IntegerSetting
  ? number
  : Definition extends SwitchSetting
    ? boolean
    : Definition extends ListSetting
      ? readonly string[]
      : Definition extends ChoiceSetting
        ? Definition['choices'][number]
        : string;

/** The value of every setting. */
export type SettingValues = { readonly [Key in SettingKey]: ValueOf<(typeof SETTINGS)[Key]> };

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** Reads a text as the name of a setting; null when there is none of that name. */
export function parseSettingKey(text: string): SettingKey | null {
  return Object.hasOwn(SETTINGS, text) ? (text as SettingKey) : null;
}

/** What a setting is, with its rules. */
export function definitionOf(key: SettingKey): SettingDefinition {
  return SETTINGS[key];
}

/** What a setting is while nobody has changed it. */
export function defaultSettings(): SettingValues {
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
  ) as unknown as SettingValues;
}
