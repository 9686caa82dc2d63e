import type { SettingDefinitions } from '../setting-definition.js';

/** Who looks for neighbours on each subnet, and how (OCS-PROTOCOL.md §2.6, §9). */
export const IPDISCOVER_SETTINGS = {
  IPDISCOVER: {
    type: 'integer',
    unit: 'agents per subnet',
    min: 0,
    max: 100,
    default: 2,
    inheritance: 'global',
    description: {
      en: 'How many agents of each subnet look for its other machines. 0: none.',
      fr: 'Nombre d’agents de chaque sous-réseau qui en recherchent les autres machines. 0 : aucun.',
    },
  },
  IPDISCOVER_ROLE: {
    type: 'choice',
    unit: null,
    choices: ['never', 'forced', 'automatic'],
    default: 'automatic',
    inheritance: 'first',
    description: {
      en: 'Whether the device looks for its neighbours: never, always (forced), or when it is elected (automatic).',
      fr: 'La machine recherche ses voisines : jamais (never), toujours (forced), ou si elle est élue (automatic).',
    },
  },
  IPDISCOVER_SUBNET: {
    type: 'text',
    unit: null,
    maxLength: 15,
    form: {
      pattern: /^$|^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|$)){4}$/,
      rule: 'must be the IPv4 address of a subnet, such as 10.0.0.0, or empty',
    },
    default: '',
    inheritance: 'device',
    description: {
      en: 'Subnet on which a forced device looks for neighbours. Empty: the one it calls from.',
      fr: 'Sous-réseau où une machine forcée recherche ses voisines. Vide : celui d’où elle appelle.',
    },
  },
  IPDISCOVER_MAX_ALIVE: {
    type: 'integer',
    unit: 'days',
    min: 1,
    max: 3650,
    default: 7,
    inheritance: 'global',
    description: {
      en: 'Days without a contact after which another device is elected.',
      fr: 'Jours sans contact après lesquels une autre machine est élue.',
    },
  },
  IPDISCOVER_BETTER_THRESHOLD: {
    type: 'integer',
    unit: 'days',
    min: 0,
    max: 3650,
    default: 1,
    inheritance: 'global',
    description: {
      en: 'By how many days a device must call more often than an elected one to take its place.',
      fr: 'De combien de jours une machine doit appeler plus souvent qu’une élue pour prendre sa place.',
    },
  },
  IPDISCOVER_NO_POSTPONE: {
    type: 'switch',
    unit: null,
    default: false,
    inheritance: 'global',
    description: {
      en: 'A device may be elected at its first inventory, not only when it has called three times.',
      fr: 'Une machine peut être élue dès son premier inventaire, et non après trois contacts seulement.',
    },
  },
  IPDISCOVER_LATENCY: {
    type: 'integer',
    unit: 'milliseconds',
    min: 1,
    max: 60_000,
    default: 100,
    inheritance: 'highest',
    description: {
      en: 'Pause between two addresses that an agent tries.',
      fr: 'Pause entre deux adresses essayées par un agent.',
    },
  },
  SCAN_TYPE_IPDISCOVER: {
    type: 'choice',
    unit: null,
    choices: ['ICMP', 'NMAP', 'ARPSCAN'],
    default: 'ICMP',
    inheritance: 'first',
    description: {
      en: 'How agents look for neighbours.',
      fr: 'Méthode de recherche des voisines par les agents.',
    },
  },
  SCAN_ARP_BANDWIDTH: {
    type: 'integer',
    unit: 'kilobits per second',
    min: 1,
    max: 1_000_000,
    default: 256,
    inheritance: 'lowest',
    description: {
      en: 'Bandwidth that an agent may use with ARPSCAN.',
      fr: 'Débit qu’un agent peut employer avec ARPSCAN.',
    },
  },
} as const satisfies SettingDefinitions;
