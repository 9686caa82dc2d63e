import { describe, expect, it } from 'vitest';
import { chooseOffers, OFFERS_PER_PROLOG, type OfferCandidate } from './choose-offers.js';

function candidate(n: number, given: Partial<OfferCandidate> = {}): OfferCandidate {
  return {
    deliveryId: String(n).padStart(4, '0'),
    state: 'waiting',
    fileId: String(1_700_000_000 + n),
    priority: 5,
    createdAt: new Date(1_700_000_000_000 + n),
    infoLocation: 'server:8443/download',
    fragmentLocation: 'server:8080/download',
    force: false,
    schedule: null,
    postCommand: null,
    ...given,
  };
}

const ids = (candidates: readonly OfferCandidate[]): string[] => candidates.map((one) => one.deliveryId);

describe('the offers of a PROLOG', () => {
  it('come by priority, then age, twenty at the most', () => {
    const many = Array.from({ length: 30 }, (_, index) => candidate(30 - index));
    const { offered } = chooseOffers(
      [...many, candidate(99, { priority: 0 }), candidate(98, { priority: 9 })],
      [],
    );
    expect(offered).toHaveLength(OFFERS_PER_PROLOG);
    expect(ids(offered).slice(0, 3)).toEqual(['0099', '0001', '0002']);
    expect(ids(offered)).not.toContain('0098');
  });

  it('name each file id once, the delivery that the device knows before a new one', () => {
    const fileId = '1700000000';
    const old = candidate(1, { fileId });
    const told = candidate(2, { fileId, state: 'notified' });
    expect(ids(chooseOffers([old, told], []).offered)).toEqual(['0002']);
    expect(ids(chooseOffers([candidate(3, { fileId }), old], []).offered)).toEqual(['0001']);
  });

  it('leave out what the history lists, unless it is forced', () => {
    const installed = candidate(1);
    const forced = candidate(2, { fileId: installed.fileId, force: true });
    const chosen = chooseOffers([installed, forced], [installed.fileId]);
    expect(ids(chosen.offered)).toEqual(['0002']);
    expect(ids(chosen.alreadyInstalled)).toEqual(['0001']);
  });
});
