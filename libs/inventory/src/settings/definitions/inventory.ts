import type { SettingDefinitions } from '../setting-definition.js';

/** What is kept of inventories. */
export const INVENTORY_SETTINGS = {
  CHANGES_KEPT_DAYS: {
    type: 'integer',
    unit: 'days',
    min: 1,
    max: 3650,
    default: 90,
    inheritance: 'global',
    description: {
      en: 'Days for which the rows that came and went between two inventories are kept.',
      fr: 'Jours pendant lesquels sont conservées les lignes apparues et disparues entre deux inventaires.',
    },
  },
} as const satisfies SettingDefinitions;
