import { describe, expect, it } from 'vitest';
import { applyOffers, collectOffers } from './own-levels.js';
import { prevailing, type OwnValue } from './prevailing-value.js';
import { defaultSettings, type SettingKey, type SettingValue } from './settings.registry.js';

const own = (value: SettingValue): OwnValue => ({ value, groupId: null });
const groups = (...values: SettingValue[]): OwnValue[] =>
  values.map((value, index) => ({ value, groupId: `group ${index}` }));

type Days = number | null;

/** Global, device and groups; what counts by our rule, and by that of OCS (OCS-PROTOCOL.md §2.3). */
const FREQUENCY: readonly [global: number, device: Days, groups: number[], ours: number, ocs: number][] = [
  [0, null, [], 0, 0],
  [-1, null, [], -1, -1],
  [7, null, [], 7, 7],
  [0, 7, [], 7, 0],
  [0, -1, [], -1, 0],
  [0, null, [7], 7, 0],
  [0, null, [-1], -1, 0],
  [-1, 0, [], 0, -1],
  [-1, 7, [], 7, -1],
  [-1, null, [0], 0, -1],
  [-1, null, [7], 7, -1],
  [7, 0, [], 0, 0],
  [7, -1, [], -1, -1],
  [7, 3, [], 3, 3],
  [7, 30, [], 30, 30],
  [7, null, [3], 3, 3],
  [7, null, [30, 14], 14, 14],
  [7, null, [0, 14], 0, 0],
  [7, null, [0, -1, 14], -1, -1],
  [7, 30, [3], 30, 3],
  [7, 0, [-1], 0, -1],
  [7, -1, [0], -1, -1],
  [0, 30, [3], 30, 0],
  [-1, 30, [3], 30, -1],
];

describe('the FREQUENCY of a device', () => {
  const value = (rule: boolean, [global, device, ofGroups]: (typeof FREQUENCY)[number]): SettingValue => {
    const all = { ...defaultSettings(), FREQUENCY: global, OCS_FREQUENCY_RULE: rule };
    const offers = [...(device === null ? [] : [own(device)]), ...groups(...ofGroups)];
    return prevailing('FREQUENCY', offers, all)?.value ?? global;
  };

  it.each(FREQUENCY)('with global %i, device %s and groups %o is %i, in OCS %i', (...row) => {
    expect([value(false, row), value(true, row)]).toEqual([row[3], row[4]]);
  });
});

/** What a device's own value, and those of its groups, make of a setting; null: the global one counts. */
const OTHERS: readonly [SettingKey, SettingValue | null, SettingValue[], SettingValue | null][] = [
  ['PROLOG_FREQ', null, [24, 6, 12], 6],
  ['PROLOG_FREQ', 48, [24], 48],
  ['INVENTORY_ON_STARTUP', null, [false, true], true],
  ['INVENTORY_ON_STARTUP', null, [false], null],
  ['INVENTORY_ON_STARTUP', false, [true], false],
  ['DOWNLOAD_SWITCH', null, [true, false, true], false],
  ['DOWNLOAD_SWITCH', true, [false], true],
  ['DOWNLOAD_SWITCH', false, [true], false],
  ['DOWNLOAD_CYCLE_LATENCY', null, [5, 60, 10], 60],
  ['DOWNLOAD_CYCLE_LATENCY', 0, [60], 0],
  ['DOWNLOAD_FRAG_LATENCY', null, [5, 60], 60],
  ['DOWNLOAD_PERIOD_LATENCY', null, [5, 60], 60],
  ['DOWNLOAD_PERIOD_LENGTH', null, [5, 60], 5],
  ['DOWNLOAD_TIMEOUT', null, [5, 60], 5],
  ['DOWNLOAD_TIMEOUT', 0, [60], 0],
  ['DOWNLOAD_EXECUTION_TIMEOUT', null, [5, 60], 5],
  ['IPDISCOVER_LATENCY', null, [5, 60], 60],
  ['IPDISCOVER_ROLE', null, ['automatic', 'forced'], 'forced'],
  ['IPDISCOVER_ROLE', null, ['forced', 'never'], 'never'],
  ['IPDISCOVER_ROLE', 'forced', ['never'], 'forced'],
  ['SCAN_TYPE_IPDISCOVER', null, ['ARPSCAN', 'NMAP'], 'NMAP'],
];

describe('a value that prevails', () => {
  it.each(OTHERS)('for %s with device %s and groups %o is %s', (key, device, ofGroups, expected) => {
    const offers = [...(device === null ? [] : [own(device)]), ...groups(...ofGroups)];
    expect(prevailing(key, offers, defaultSettings())?.value ?? null).toEqual(expected);
  });

  it('stands among the settings of the device, and leaves all others alone', () => {
    const global = defaultSettings();
    const offers = collectOffers([
      { groupId: null, overrides: new Map([['PROLOG_FREQ', 1]]) },
      {
        groupId: 'g',
        overrides: new Map<SettingKey, SettingValue>([
          ['PROLOG_FREQ', 2],
          ['FREQUENCY', 3],
        ]),
      },
    ]);
    expect(applyOffers(global, offers)).toEqual({ ...global, PROLOG_FREQ: 1, FREQUENCY: 3 });
    expect(applyOffers(global, collectOffers([]))).toBe(global);
  });
});
