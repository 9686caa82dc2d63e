import type { SettingDefinitions } from '../setting-definition.js';

/** What Windows agents are asked of their registry (OCS-PROTOCOL.md §2.6, §9). OCS seeds off, and people wonder why. */
export const REGISTRY_SETTINGS = {
  REGISTRY: {
    type: 'switch',
    unit: null,
    default: true,
    inheritance: 'global',
    description: {
      en: 'The registry queries are sent to agents; without any query nothing is sent.',
      fr: 'Les requêtes de registre sont envoyées aux agents ; sans requête, rien n’est envoyé.',
    },
  },
} as const satisfies SettingDefinitions;
