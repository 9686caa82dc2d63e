import { describe, expect, it } from 'vitest';
import type { Dependencies } from '../search/dependencies.js';
import { concerns } from './device-change.js';

const NOTHING: Dependencies = {
  sections: new Set(),
  device: false,
  contact: false,
  groups: new Set(),
  deliveries: false,
};

describe('concerns', () => {
  it('is true when something changed that the criteria depend on', () => {
    expect(concerns({ ...NOTHING, sections: new Set(['BIOS']) }, { sections: ['DRIVES', 'BIOS'] })).toBe(
      true,
    );
    expect(concerns({ ...NOTHING, device: true }, { device: true })).toBe(true);
    expect(concerns({ ...NOTHING, contact: true }, { contact: true })).toBe(true);
    expect(concerns({ ...NOTHING, deliveries: true }, { deliveries: true })).toBe(true);
    expect(concerns({ ...NOTHING, groups: new Set(['a']) }, { groups: ['a'] })).toBe(true);
    expect(concerns(NOTHING, { everything: true })).toBe(true);
  });

  it('is false when only other things changed', () => {
    const change = { sections: ['DRIVES'], device: true, contact: true, deliveries: true, groups: ['b'] };
    expect(concerns({ ...NOTHING, sections: new Set(['BIOS']), groups: new Set(['a']) }, change)).toBe(false);
    expect(
      concerns({ ...NOTHING, device: true, contact: true, deliveries: true }, { sections: ['BIOS'] }),
    ).toBe(false);
  });
});
