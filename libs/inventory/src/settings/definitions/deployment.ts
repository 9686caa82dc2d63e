import type { SettingDefinitions } from '../setting-definition.js';

/**
 * How agents download packages (OCS-PROTOCOL.md §2.5, §9). Defaults are what a fresh OCS console seeds, but for DOWNLOAD: deployment
 * is what people install us for, so it is on.
 */
export const DEPLOYMENT_SETTINGS = {
  DOWNLOAD: {
    type: 'switch',
    unit: null,
    default: true,
    inheritance: 'global',
    description: {
      en: 'Deployment is on: packages are offered to agents.',
      fr: 'Télédéploiement actif : les paquets sont proposés aux agents.',
    },
  },
  DOWNLOAD_SWITCH: {
    type: 'switch',
    unit: null,
    default: true,
    inheritance: 'any-off',
    description: {
      en: 'Deployment is on for the device or the group; DOWNLOAD must be on too.',
      fr: 'Télédéploiement actif pour la machine ou le groupe ; DOWNLOAD doit l’être aussi.',
    },
  },
  DOWNLOAD_CYCLE_LATENCY: {
    type: 'integer',
    unit: 'seconds',
    min: 0,
    max: 86_400,
    default: 60,
    inheritance: 'highest',
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
    inheritance: 'highest',
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
    inheritance: 'highest',
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
    inheritance: 'lowest',
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
    inheritance: 'lowest',
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
    inheritance: 'lowest',
    description: {
      en: 'Longest run of a package’s command; today’s agents do not read it.',
      fr: 'Durée maximale de la commande d’un paquet ; les agents actuels ne la lisent pas.',
    },
  },
} as const satisfies SettingDefinitions;
