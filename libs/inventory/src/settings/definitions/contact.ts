import type { SettingDefinitions } from '../setting-definition.js';

/** When agents call, what they are asked, and who is let in (OCS-PROTOCOL.md §2, §9). */
export const CONTACT_SETTINGS = {
  FREQUENCY: {
    type: 'integer',
    unit: 'days',
    min: -1,
    max: 3650,
    default: 0,
    inheritance: 'lowest',
    description: {
      en: 'Days between two inventories of a device. 0: at every contact; -1: never (no deployment either).',
      fr: 'Jours entre deux inventaires d’une machine. 0 : à chaque contact ; -1 : jamais (ni télédéploiement).',
    },
  },
  PROLOG_FREQ: {
    type: 'integer',
    unit: 'hours',
    min: 1,
    max: 8760,
    default: 24,
    inheritance: 'lowest-not-zero',
    description: {
      en: 'Hours between two contacts of an agent.',
      fr: 'Heures entre deux contacts d’un agent.',
    },
  },
  INVENTORY_ON_STARTUP: {
    type: 'switch',
    unit: null,
    default: true,
    inheritance: 'lowest-not-zero',
    description: {
      en: 'The Windows agent contacts the server when its service starts.',
      fr: 'L’agent Windows contacte le serveur au démarrage de son service.',
    },
  },
  OCS_FREQUENCY_RULE: {
    type: 'switch',
    unit: null,
    default: false,
    inheritance: 'global',
    description: {
      en: 'FREQUENCY as OCS reads it: a global 0 or -1 is final, otherwise the lowest of device and groups counts. Off: device before group before global.',
      fr: 'FREQUENCY à la manière d’OCS : 0 ou -1 global est définitif, sinon la plus basse entre machine et groupes. Non : machine, puis groupe, puis global.',
    },
  },
  CONTACTS_KEPT_DAYS: {
    type: 'integer',
    unit: 'days',
    min: 1,
    max: 3650,
    default: 30,
    inheritance: 'global',
    description: {
      en: 'Days for which it is kept when devices called, at most the last 200 times of each.',
      fr: 'Jours pendant lesquels les contacts des machines sont conservés, au plus les 200 derniers de chacune.',
    },
  },
  ALLOWED_AGENTS: {
    type: 'list',
    unit: null,
    maxItems: 200,
    maxLength: 255,
    default: [],
    inheritance: 'global',
    description: {
      en: 'User agents that may send a PROLOG: whole strings, or the name before "_v". Empty: all of them.',
      fr: 'Agents utilisateurs admis au PROLOG : chaîne entière, ou nom avant « _v ». Vide : tous.',
    },
  },
} as const satisfies SettingDefinitions;
