interface Described {
  readonly description: { readonly en: string; readonly fr: string };
}

export interface IntegerSetting extends Described {
  readonly type: 'integer';
  readonly unit: string | null;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface SwitchSetting extends Described {
  readonly type: 'switch';
  readonly unit: null;
  readonly default: boolean;
}

export interface ListSetting extends Described {
  readonly type: 'list';
  readonly unit: null;
  readonly maxItems: number;
  readonly maxLength: number;
  readonly default: readonly string[];
}

export type SettingDefinition = IntegerSetting | SwitchSetting | ListSetting;
export type SettingValue = number | boolean | readonly string[];

/**
 * Every global setting that agents' replies depend on, under its OCS name (OCS-PROTOCOL.md §9). Defaults are the
 * values that a fresh OCS console seeds, but for DOWNLOAD: deployment is what people install us for, so it is on.
 */
export const SETTINGS = {
  FREQUENCY: {
    type: 'integer',
    unit: 'days',
    min: -1,
    max: 3650,
    default: 0,
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
    description: {
      en: 'Hours between two contacts of an agent.',
      fr: 'Heures entre deux contacts d’un agent.',
    },
  },
  INVENTORY_ON_STARTUP: {
    type: 'switch',
    unit: null,
    default: true,
    description: {
      en: 'The Windows agent contacts the server when its service starts.',
      fr: 'L’agent Windows contacte le serveur au démarrage de son service.',
    },
  },
  DOWNLOAD: {
    type: 'switch',
    unit: null,
    default: true,
    description: {
      en: 'Deployment is on: packages are offered to agents.',
      fr: 'Télédéploiement actif : les paquets sont proposés aux agents.',
    },
  },
  DOWNLOAD_CYCLE_LATENCY: {
    type: 'integer',
    unit: 'seconds',
    min: 0,
    max: 86_400,
    default: 60,
    description: {
      en: 'Pause of the downloader after each cycle.',
      fr: 'Pause du téléchargement après chaque cycle.',
    },
  },
  DOWNLOAD_FRAG_LATENCY: {
    type: 'integer',
    unit: 'seconds',
    min: 0,
    max: 86_400,
    default: 10,
    description: {
      en: 'Pause of the downloader after each fragment or action.',
      fr: 'Pause du téléchargement après chaque fragment ou action.',
    },
  },
  DOWNLOAD_PERIOD_LATENCY: {
    type: 'integer',
    unit: 'seconds',
    min: 0,
    max: 86_400,
    default: 1,
    description: {
      en: 'Pause of the downloader after each period.',
      fr: 'Pause du téléchargement après chaque période.',
    },
  },
  DOWNLOAD_PERIOD_LENGTH: {
    type: 'integer',
    unit: 'cycles',
    min: 1,
    max: 1_000,
    default: 10,
    description: {
      en: 'Cycles per period; a package of higher priority number is never downloaded.',
      fr: 'Cycles par période ; un paquet de priorité plus grande n’est jamais téléchargé.',
    },
  },
  DOWNLOAD_TIMEOUT: {
    type: 'integer',
    unit: 'days',
    min: 0,
    max: 3650,
    default: 30,
    description: {
      en: 'Age at which an agent gives a package up (ERR_TIMEOUT). 0 clears every package at the next contact.',
      fr: 'Âge auquel un agent abandonne un paquet (ERR_TIMEOUT). 0 les abandonne tous au prochain contact.',
    },
  },
  DOWNLOAD_EXECUTION_TIMEOUT: {
    type: 'integer',
    unit: 'minutes',
    min: 1,
    max: 14_400,
    default: 120,
    description: {
      en: 'Longest run of a package’s command; today’s agents do not read it.',
      fr: 'Durée maximale de la commande d’un paquet ; les agents actuels ne la lisent pas.',
    },
  },
  ALLOWED_AGENTS: {
    type: 'list',
    unit: null,
    maxItems: 200,
    maxLength: 255,
    default: [],
    description: {
      en: 'User agents that may send a PROLOG: whole strings, or the name before "_v". Empty: all of them.',
      fr: 'Agents utilisateurs admis au PROLOG : chaîne entière, ou nom avant « _v ». Vide : tous.',
    },
  },
} as const satisfies Record<string, SettingDefinition>;

export type SettingKey = keyof typeof SETTINGS;

type ValueOf<Definition> = Definition extends IntegerSetting
  ? number
  : Definition extends SwitchSetting
    ? boolean
    : readonly string[];

/** The value of every setting. */
export type SettingValues = { readonly [Key in SettingKey]: ValueOf<(typeof SETTINGS)[Key]> };

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** Reads a text as the name of a setting; null when there is none of that name. */
export function parseSettingKey(text: string): SettingKey | null {
  return Object.hasOwn(SETTINGS, text) ? (text as SettingKey) : null;
}

/** What a setting is while nobody has changed it. */
export function defaultSettings(): SettingValues {
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
  ) as unknown as SettingValues;
}
