import { describe, expect, it } from 'vitest';
import { AUTO_DUPLICATE_LVL } from '../settings/definitions/duplicates.js';
import { defaultSettings } from '../settings/settings.registry.js';
import type { IdentityFacts } from './identity-facts.js';
import { rulesOf } from './identity-rules.js';
import { lookupKinds, matchDevices, type Match, type MatchRules } from './match-devices.js';
import { WorthlessValues } from './worthless-values.js';

const laptop: IdentityFacts = {
  hostname: 'PC-LYON-1',
  serial: '5CD0123456',
  uuid: '4c4c4544-0042-4a10-8052-b4c04f333632',
  model: 'EliteBook 840',
  assetTag: 'FR-000123',
  macs: ['A4:BB:6D:01:02:03', 'A4:BB:6D:01:02:04'],
};
const worthless = new WorthlessValues([{ kind: 'serial', pattern: 'None' }]);
const rules = rulesOf(defaultSettings(), worthless);

function match(
  changed: Partial<IdentityFacts>,
  options: { declared?: string; common?: string[]; rules?: MatchRules } = {},
): Match {
  const other = { ...laptop, ...changed };
  const common = new Set(options.common ?? []);
  return matchDevices(options.rules ?? rules, other, laptop, options.declared ?? null, common);
}

const OTHER_MACHINE = {
  serial: 'OTHER',
  uuid: '99999999-0042-4a10-8052-b4c04f333632',
  assetTag: '',
  macs: ['B0:00:00:00:00:01'],
};

describe('two inventories', () => {
  it('are certainly of one machine when all is the same, and say why', () => {
    const { verdict, score, reasons } = match({});
    expect([verdict, score]).toEqual(['certain', 160]);
    expect(reasons).toEqual([
      { criterion: 'uuid', points: 40, value: laptop.uuid },
      { criterion: 'serial', points: 40, value: laptop.serial },
      { criterion: 'mac', points: 40, value: laptop.macs.join(', ') },
      { criterion: 'asset-tag', points: 15, value: laptop.assetTag },
      { criterion: 'hostname', points: 20, value: laptop.hostname },
      { criterion: 'model', points: 5, value: laptop.model },
    ]);
  });

  it('are certainly of one machine that was renamed, whatever the letter case', () => {
    expect(match({ hostname: 'PC-PARIS-9', serial: '5cd0123456' }).verdict).toBe('certain');
  });

  it('are for somebody to decide when the name and all adapters differ, as on a copied disk', () => {
    const copy = { hostname: 'PC-COPY', macs: ['B0:00:00:00:00:01'] };
    expect(match(copy)).toMatchObject({ verdict: 'doubtful', score: 100 });
    expect(match(copy).reasons.at(-1)).toMatchObject({ criterion: 'contradiction', points: 0 });
    expect(match({ ...copy, assetTag: '' })).toMatchObject({ verdict: 'doubtful', score: 85 });
    expect(match(copy, { declared: 'PC-LYON-1-2026-01-01-00-00-00' }).verdict).toBe('doubtful');
    expect(match(copy, { rules: { ...rules, holdContradicted: false } }).verdict).toBe('certain');
  });

  it('are of one machine with another mainboard when the agent says so, and of two when it does not', () => {
    expect(match(OTHER_MACHINE, { declared: 'PC-LYON-1-2026-01-01-00-00-00' }).verdict).toBe('certain');
    expect(match(OTHER_MACHINE).verdict).toBe('none');
  });

  it('have nothing in common but a dock', () => {
    const dock = { ...OTHER_MACHINE, hostname: 'PC-2', macs: ['A4:BB:6D:01:02:03'] };
    expect(match(dock)).toMatchObject({ verdict: 'none', score: 45 });
    expect(match(dock, { common: ['mac:a4:bb:6d:01:02:03'] })).toMatchObject({ verdict: 'none', score: 5 });
  });

  it('have nothing in common by values that say nothing', () => {
    const empty = { hostname: '', serial: 'None', uuid: '', model: '', assetTag: '', macs: [] };
    expect(matchDevices(rules, empty, { ...empty }, null, new Set())).toEqual({
      score: 0,
      reasons: [],
      verdict: 'none',
    });
  });
});

describe('what is looked up', () => {
  it('leaves out what could not bring two devices to a review', () => {
    expect(lookupKinds(rules).sort()).toEqual(['mac', 'serial', 'uuid']);
  });

  it('is what OCS’s level needs, and nothing when it is off', () => {
    const level = (value: number): MatchRules =>
      rulesOf({ ...defaultSettings(), ...AUTO_DUPLICATE_LVL.toSettings(value) } as never, worthless);
    expect(lookupKinds(level(1))).toEqual(['hostname']);
    expect(lookupKinds(level(7))).toHaveLength(1);
    expect(lookupKinds(level(0))).toEqual([]);
    expect(match({}, { rules: level(7) }).verdict).toBe('certain');
    expect(match({ hostname: 'X' }, { rules: level(7) }).verdict).toBe('none');
    expect(match({ uuid: '', assetTag: '', model: '' }, { rules: level(7) }).verdict).toBe('certain');
    expect(match(OTHER_MACHINE, { rules: level(7), declared: 'X' }).verdict).toBe('certain');
    expect(match({}, { rules: level(0) }).verdict).toBe('none');
    for (const value of [64, -1, 1.5, '7', true])
      expect(() => AUTO_DUPLICATE_LVL.toSettings(value)).toThrow();
  });
});
