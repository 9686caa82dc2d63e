import type { EventOf, inventoryAccepted } from '@entrepot/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { KnownNames } from './known-names.js';

type Accepted = EventOf<typeof inventoryAccepted>;

function accepted(name: string, minute: number, more: Partial<Accepted> = {}): Accepted {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return { deviceId: 'd', agentDeviceId: 'x', name, at, changedSections: [], changes: [], ...more };
}

/** An inventory whose HARDWARE came in the place of another one. */
function changed(removed: string | null, added: string): Partial<Accepted> {
  const change = {
    section: 'HARDWARE',
    removed: removed === null ? [] : [{ NAME: removed, MEMORY: 1 }],
    added: [{ NAME: added, MEMORY: 2 }],
  };
  return { changedSections: ['HARDWARE', 'DRIVES'], changes: [change] };
}

describe('the known names', () => {
  let known: KnownNames;
  beforeEach(() => {
    known = new KnownNames();
    known.remember(accepted('pc', 10));
  });

  it('skip what changed nothing about a name that was seen', () => {
    expect(known.newsOf(accepted('pc', 11))).toBe('none');
    expect(known.newsOf(accepted('pc', 12, changed('pc', 'pc')))).toBe('none');
    expect(known.newsOf(accepted('pc', 13, { changedSections: ['DRIVES'] }))).toBe('none');
  });

  it('look at every device once', () => {
    expect(known.newsOf(accepted('pc', 11, { deviceId: 'other' }))).toBe('perhaps');
  });

  it('pass on a name that changed, also back to the one that this process had seen', () => {
    expect(known.newsOf(accepted('new', 11))).toBe('new');
    expect(known.newsOf(accepted('pc', 11, changed('between', 'pc')))).toBe('new');
  });

  it('are in doubt when the inventory does not say what became of HARDWARE', () => {
    expect(known.newsOf(accepted('pc', 11, { changedSections: ['HARDWARE'] }))).toBe('perhaps');
    expect(known.newsOf(accepted('pc', 11, changed(null, 'pc')))).toBe('perhaps');
  });

  it('skip what was overtaken, also by an inventory that was skipped', () => {
    known.newsOf(accepted('pc', 20));
    expect(known.newsOf(accepted('old', 15))).toBe('none');
    expect(known.newsOf(accepted('old', 20))).toBe('new');
  });

  it('look again after a merge of devices, and once a week', () => {
    const day = 24 * 60;
    expect(known.newsOf(accepted('pc', 6 * day))).toBe('none');
    expect(known.newsOf(accepted('pc', 8 * day))).toBe('perhaps');
    known.remember(accepted('pc', 8 * day));
    expect(known.newsOf(accepted('pc', 14 * day))).toBe('none');
    known.forget('d');
    expect(known.newsOf(accepted('pc', 14 * day))).toBe('perhaps');
  });
});
