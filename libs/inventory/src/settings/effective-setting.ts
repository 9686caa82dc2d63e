import { z } from 'zod';
import type { Offers } from './own-levels.js';
import { prevailing, type OwnValue } from './prevailing-value.js';
import type { LoadedSettings } from './setting-store.js';
import { describeSetting, plain, settingValue, settingView } from './setting-view.js';
import { SETTINGS, type SettingKey, type SettingValue } from './settings.registry.js';

const origin = z.enum(['device', 'group', 'global', 'default']);
const group = z.object({ id: z.string(), name: z.string() }).nullable();
const levelValue = z.object({ value: settingValue, origin, group });

/** A setting as it counts for one device or one group, where that comes from, and what it wins over. */
export const effectiveSetting = settingView.extend({
  origin,
  /** The group that the value is of, when it is of one. */
  group,
  /** The values of the other levels, the nearest first. */
  overridden: z.array(levelValue),
});

export type EffectiveSetting = z.output<typeof effectiveSetting>;

type LevelValue = z.output<typeof levelValue>;

/** What counts for one device, or for one group: the values of their own by setting, and all others. */
export interface OwnValues {
  readonly offers: Offers;
  readonly groupNames: ReadonlyMap<string, string>;
  readonly global: LoadedSettings;
}

/** Says what a setting is for a device or a group, and why. */
export function toEffectiveSetting(
  key: SettingKey,
  { offers, groupNames, global }: OwnValues,
): EffectiveSetting {
  const own = offers.get(key) ?? [];
  const winner = prevailing(key, own, global.values);
  const levels: (LevelValue & { readonly of: OwnValue | null })[] = own.map((of) => ({
    of,
    ...ofLevel(of.value, of.groupId === null ? 'device' : 'group'),
    group: of.groupId === null ? null : { id: of.groupId, name: groupNames.get(of.groupId) ?? '' },
  }));
  if (global.changed.has(key)) levels.push({ of: null, ...ofLevel(global.values[key], 'global') });
  levels.push({ of: null, ...ofLevel(SETTINGS[key].default, 'default') });
  const counting = levels.findIndex(({ of }) => of === winner);
  const shown = levels.map(({ value, origin: from, group: by }) => ({ value, origin: from, group: by }));
  const [effective = ofLevel(SETTINGS[key].default, 'default')] = shown.splice(counting, 1);
  return { ...describeSetting(key), ...effective, overridden: shown };
}

function ofLevel(value: SettingValue, from: LevelValue['origin']): LevelValue {
  return { value: plain(value), origin: from, group: null };
}
