import { prevailing, type OwnValue } from './prevailing-value.js';
import type { SettingKey, SettingValue, SettingValues } from './settings.registry.js';

/** The values that one device or one group has of its own. */
export type Overrides = ReadonlyMap<SettingKey, SettingValue>;

/** One level above the global one. */
export interface OwnLevel {
  /** Null for the device itself. */
  readonly groupId: string | null;
  readonly overrides: Overrides;
}

/** The values of a device and its groups by setting. */
export type Offers = ReadonlyMap<SettingKey, readonly OwnValue[]>;

/**
 * The levels that count for one device, the nearest first.
 * @param groups the values of all groups that have any, by their ids
 */
export function levelsOfDevice(
  own: Overrides | null,
  groupIds: readonly string[] | null,
  groups: ReadonlyMap<string, Overrides>,
): OwnLevel[] {
  const levels: OwnLevel[] = own === null ? [] : [{ groupId: null, overrides: own }];
  for (const groupId of groupIds ?? []) {
    const overrides = groups.get(groupId);
    if (overrides !== undefined) levels.push({ groupId, overrides });
  }
  return levels;
}

/** Brings the values of several levels together by setting. */
export function collectOffers(levels: readonly OwnLevel[]): Offers {
  const offers = new Map<SettingKey, OwnValue[]>();
  for (const { groupId, overrides } of levels) {
    for (const [key, value] of overrides) {
      const others = offers.get(key);
      if (others === undefined) offers.set(key, [{ value, groupId }]);
      else others.push({ value, groupId });
    }
  }
  return offers;
}

/** The settings of one device: the global ones, but for those that it or one of its groups has a value for. */
export function applyOffers(global: SettingValues, offers: Offers): SettingValues {
  if (offers.size === 0) return global;
  const values: Record<string, SettingValue> = { ...global };
  for (const [key, all] of offers) values[key] = prevailing(key, all, global)?.value ?? global[key];
  return values as unknown as SettingValues;
}
