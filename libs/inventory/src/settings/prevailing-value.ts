import {
  definitionOf,
  type SettingDefinition,
  type SettingKey,
  type SettingValue,
  type SettingValues,
} from './settings.registry.js';

/** A value that a device, or one of its groups, has of its own. */
export interface OwnValue {
  readonly value: SettingValue;
  /** Null for the device's own. */
  readonly groupId: string | null;
}

/**
 * Which of the values that a device and its groups have of their own counts for the device: its own, else that of its
 * groups by the rule of the setting (OCS-PROTOCOL.md §8.5). With OCS_FREQUENCY_RULE on, FREQUENCY goes by OCS's own
 * rule (§2.3). Unlike there a device's 0 counts for every number.
 * @returns null when none of them does, so that the global value counts
 */
export function prevailing(
  key: SettingKey,
  offers: readonly OwnValue[],
  global: SettingValues,
): OwnValue | null {
  if (offers.length === 0) return null;
  if (key === 'FREQUENCY' && global.OCS_FREQUENCY_RULE)
    return global.FREQUENCY <= 0 ? null : smallestBy(offers, toNumber);
  return offers.find(({ groupId }) => groupId === null) ?? prevailingOfGroups(definitionOf(key), offers);
}

function prevailingOfGroups(definition: SettingDefinition, offers: readonly OwnValue[]): OwnValue | null {
  switch (definition.inheritance) {
    case 'lowest':
    case 'any-off':
      return smallestBy(offers, toNumber);
    case 'highest':
      return smallestBy(offers, (value) => -toNumber(value));
    case 'lowest-not-zero':
      return smallestBy(
        offers.filter(({ value }) => toNumber(value) !== 0),
        toNumber,
      );
    case 'first': {
      const choices = definition.type === 'choice' ? definition.choices : [];
      return smallestBy(offers, (value) => choices.indexOf(String(value)));
    }
    case 'device':
    case 'global':
      return null;
  }
}

function toNumber(value: SettingValue): number {
  return Number(value);
}

function smallestBy(offers: readonly OwnValue[], rank: (value: SettingValue) => number): OwnValue | null {
  let best: OwnValue | null = null;
  for (const offer of offers) if (best === null || rank(offer.value) < rank(best.value)) best = offer;
  return best;
}
