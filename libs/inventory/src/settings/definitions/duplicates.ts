import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../../errors.js';
import type { IntegerSetting, SettingDefinitions, SettingImport } from '../setting-definition.js';

const MOST_POINTS = 1_000;

/** How machines are recognised (OCS-PROTOCOL.md §3.7). */
export const DUPLICATE_SETTINGS = {
  DUPLICATE_WEIGHT_DECLARED: points(
    100,
    'an agent says that it was the other one (OLD_DEVICEID)',
    'un agent déclare qu’il était l’autre (OLD_DEVICEID)',
  ),
  DUPLICATE_WEIGHT_SERIAL: points(40, 'their serial number is the same', 'leur numéro de série est le même'),
  DUPLICATE_WEIGHT_MAC: points(
    40,
    'a network adapter’s address is the same',
    'une adresse de carte réseau est la même',
  ),
  DUPLICATE_WEIGHT_UUID: points(40, 'their UUID is the same', 'leur UUID est le même'),
  DUPLICATE_WEIGHT_HOSTNAME: points(20, 'their name is the same', 'leur nom est le même'),
  DUPLICATE_WEIGHT_ASSET_TAG: points(
    15,
    'their asset tag is the same',
    'leur étiquette d’inventaire est la même',
  ),
  DUPLICATE_WEIGHT_MODEL: points(5, 'their model is the same', 'leur modèle est le même'),
  DUPLICATE_MERGE_SCORE: {
    type: 'integer',
    unit: 'points',
    min: 1,
    max: 10 * MOST_POINTS,
    default: 100,
    inheritance: 'global',
    description: {
      en: 'From so many points on, two devices are one machine and are merged by themselves.',
      fr: 'À partir de ce nombre de points, deux machines n’en font qu’une et sont fusionnées d’office.',
    },
  },
  DUPLICATE_REVIEW_SCORE: {
    type: 'integer',
    unit: 'points',
    min: 1,
    max: 10 * MOST_POINTS,
    default: 60,
    inheritance: 'global',
    description: {
      en: 'From so many points on, two devices wait in the list of possible duplicates.',
      fr: 'À partir de ce nombre de points, deux machines attendent dans la liste des doublons possibles.',
    },
  },
  DUPLICATE_HOLD_CONTRADICTED: {
    type: 'switch',
    unit: null,
    default: true,
    inheritance: 'global',
    description: {
      en: 'Devices of other names without a common network adapter are never merged by themselves: they may be copies of a disk.',
      fr: 'Des machines de noms différents sans carte réseau commune ne sont jamais fusionnées d’office : ce peut être un disque cloné.',
    },
  },
  DUPLICATE_COMMON_VALUE: {
    type: 'integer',
    unit: 'devices',
    min: 1,
    max: 100,
    default: 3,
    inheritance: 'global',
    description: {
      en: 'A value that more other devices have than this says nothing about a machine.',
      fr: 'Une valeur que plus d’autres machines possèdent ne dit rien d’une machine.',
    },
  },
} as const satisfies SettingDefinitions;

/** The settings that say how many points a criterion has, by the bit of AUTO_DUPLICATE_LVL; OCS has none for the agent's word. */
const BITS: readonly (readonly [bit: number, key: keyof typeof DUPLICATE_SETTINGS])[] = [
  [1, 'DUPLICATE_WEIGHT_HOSTNAME'],
  [2, 'DUPLICATE_WEIGHT_SERIAL'],
  [4, 'DUPLICATE_WEIGHT_MAC'],
  [8, 'DUPLICATE_WEIGHT_MODEL'],
  [16, 'DUPLICATE_WEIGHT_UUID'],
  [32, 'DUPLICATE_WEIGHT_ASSET_TAG'],
];
const ALL_BITS = 63;
const POINTS_EACH = 100;

/**
 * OCS merges when all criteria of its level coincide: so many points for each, and all of them needed. What agents
 * declare it always believes.
 */
export const AUTO_DUPLICATE_LVL: SettingImport = {
  description: {
    en: 'OCS’s level of duplicate detection: the sum of 1 name, 2 serial number, 4 MAC, 8 model, 16 UUID, 32 asset tag; 0 turns it off.',
    fr: 'Niveau de détection des doublons d’OCS : somme de 1 nom, 2 numéro de série, 4 MAC, 8 modèle, 16 UUID, 32 étiquette ; 0 la désactive.',
  },
  toSettings: (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > ALL_BITS) {
      throw new AppError(
        INVENTORY_ERRORS.INVENTORY_SETTING_INVALID,
        `The value of AUTO_DUPLICATE_LVL must be a whole number from 0 to ${ALL_BITS}.`,
        { field: 'value', key: 'AUTO_DUPLICATE_LVL' },
      );
    }
    const enabled = BITS.filter(([bit]) => (value & bit) !== 0);
    const needed = POINTS_EACH * Math.max(1, enabled.length);
    return {
      ...Object.fromEntries(BITS.map(([bit, key]) => [key, (value & bit) === 0 ? 0 : POINTS_EACH])),
      DUPLICATE_WEIGHT_DECLARED: needed,
      DUPLICATE_MERGE_SCORE: needed,
      DUPLICATE_REVIEW_SCORE: needed,
      DUPLICATE_HOLD_CONTRADICTED: false,
    };
  },
};

function points<const Default extends number>(
  standard: Default,
  en: string,
  fr: string,
): IntegerSetting & { readonly default: Default } {
  return {
    type: 'integer',
    unit: 'points',
    min: 0,
    max: MOST_POINTS,
    default: standard,
    inheritance: 'global',
    description: { en: `Points for two devices when ${en}.`, fr: `Points de deux machines si ${fr}.` },
  };
}
