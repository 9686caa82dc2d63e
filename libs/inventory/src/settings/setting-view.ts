import { z } from 'zod';
import { SETTINGS, type SettingDefinition, type SettingKey, type SettingValue } from './settings.registry.js';

const settingValue = z.union([z.number(), z.boolean(), z.array(z.string())]);

/** A setting with its rule, its value and where that comes from. */
export const settingView = z.object({
  key: z.string(),
  type: z.enum(['integer', 'switch', 'list']),
  unit: z.string().nullable(),
  /** For integers. */
  min: z.number().nullable(),
  max: z.number().nullable(),
  default: settingValue,
  value: settingValue,
  origin: z.enum(['default', 'global']),
  description: z.object({ en: z.string(), fr: z.string() }),
});

export type SettingView = z.output<typeof settingView>;

/** Describes a setting. */
export function toSettingView(key: SettingKey, value: SettingValue, changed: boolean): SettingView {
  const definition: SettingDefinition = SETTINGS[key];
  const integer = definition.type === 'integer' ? definition : null;
  return {
    key,
    type: definition.type,
    unit: definition.unit,
    min: integer?.min ?? null,
    max: integer?.max ?? null,
    default: plain(definition.default),
    value: plain(value),
    origin: changed ? 'global' : 'default',
    description: definition.description,
  };
}

function plain(value: SettingValue): SettingView['value'] {
  return typeof value === 'object' ? [...value] : value;
}
