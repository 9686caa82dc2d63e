import { z } from 'zod';
import { definitionOf, SETTINGS, type SettingKey, type SettingValue } from './settings.registry.js';

export const settingValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())]);

export type ShownValue = z.output<typeof settingValue>;

/** What a setting is, with its rule. */
const describedSetting = z.object({
  key: z.string(),
  type: z.enum(['integer', 'switch', 'list', 'text', 'choice']),
  unit: z.string().nullable(),
  /** For integers. */
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** For choices. */
  choices: z.array(z.string()).nullable(),
  default: settingValue,
  /** Who may have a value of its own, and which of several groups' counts. */
  inheritance: z.enum(['global', 'device', 'lowest', 'highest', 'lowest-not-zero', 'any-off', 'first']),
  description: z.object({ en: z.string(), fr: z.string() }),
});

/** A setting with its rule, its value for all devices and where that comes from. */
export const settingView = describedSetting.extend({
  value: settingValue,
  origin: z.enum(['default', 'global']),
});

export type DescribedSetting = z.output<typeof describedSetting>;
export type SettingView = z.output<typeof settingView>;

/** Describes a setting and its value for all devices. */
export function toSettingView(key: SettingKey, value: SettingValue, changed: boolean): SettingView {
  return { ...describeSetting(key), value: plain(value), origin: changed ? 'global' : 'default' };
}

/** Describes a setting without any value of it. */
export function describeSetting(key: SettingKey): DescribedSetting {
  const definition = definitionOf(key);
  const integer = definition.type === 'integer' ? definition : null;
  return {
    key,
    type: definition.type,
    unit: definition.unit,
    min: integer?.min ?? null,
    max: integer?.max ?? null,
    choices: definition.type === 'choice' ? [...definition.choices] : null,
    default: plain(SETTINGS[key].default),
    inheritance: definition.inheritance,
    description: definition.description,
  };
}

/** A value as it is shown. */
export function plain(value: SettingValue): ShownValue {
  return typeof value === 'object' ? [...value] : value;
}

/** A value as it stands in the audit trail. */
export function loggable(value: SettingValue): string | number | boolean {
  return typeof value === 'object' ? value.join(', ') : value;
}
