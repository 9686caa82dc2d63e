import type { DeliveryId, FileId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import {
  chooseOffers,
  OFFERS_PER_PROLOG,
  type AgentKnowledge,
  type OfferCandidate,
} from './choose-offers.js';

function candidate(n: number, given: Partial<OfferCandidate> = {}): OfferCandidate {
  return {
    deliveryId: String(n).padStart(4, '0') as DeliveryId,
    state: 'waiting',
    fileId: String(1_700_000_000 + n) as FileId,
    priority: 5,
    createdAt: new Date(1_700_000_000_000 + n),
    notifiedAt: null,
    infoLocation: 'server:8443/download',
    fragmentLocation: 'server:8080/download',
    force: false,
    schedule: null,
    postCommand: null,
    ...given,
  };
}

const knows = (history: readonly FileId[] = [], reportedAt = new Map<FileId, Date>()): AgentKnowledge => ({
  history,
  reportedAt,
});
const ids = (candidates: readonly OfferCandidate[]): string[] => candidates.map((one) => one.deliveryId);

describe('the offers of a PROLOG', () => {
  it('come by priority, then age, twenty at the most', () => {
    const many = Array.from({ length: 30 }, (_, index) => candidate(30 - index));
    const { offered } = chooseOffers(
      [...many, candidate(99, { priority: 0 }), candidate(98, { priority: 9 })],
      knows(),
    );
    expect(offered).toHaveLength(OFFERS_PER_PROLOG);
    expect(ids(offered).slice(0, 3)).toEqual(['0099', '0001', '0002']);
    expect(ids(offered)).not.toContain('0098');
  });

  it('name each file id once, the delivery that the device knows before a new one', () => {
    const fileId = '1700000000' as FileId;
    const old = candidate(1, { fileId });
    const told = candidate(2, { fileId, state: 'notified' });
    expect(ids(chooseOffers([old, told], knows()).offered)).toEqual(['0002']);
    expect(ids(chooseOffers([candidate(3, { fileId }), old], knows()).offered)).toEqual(['0001']);
  });

  it('leave out what the history lists, unless it is forced', () => {
    const installed = candidate(1);
    const forced = candidate(2, { fileId: installed.fileId, force: true });
    const chosen = chooseOffers([installed, forced], knows([installed.fileId]));
    expect(ids(chosen.offered)).toEqual(['0002']);
    expect(ids(chosen.alreadyInstalled)).toEqual(['0001']);
  });

  it('leave out what the agent has reported since it was told, but not a new attempt', () => {
    const told = candidate(1, { state: 'notified', notifiedAt: new Date(1_000), force: true });
    const after = (ms: number): AgentKnowledge => knows([], new Map([[told.fileId, new Date(ms)]]));
    expect(ids(chooseOffers([told], after(1_000)).offered)).toEqual([]);
    expect(ids(chooseOffers([told], after(999)).offered)).toEqual(['0001']);
    const again = candidate(2, { fileId: told.fileId, force: true });
    expect(ids(chooseOffers([told, again], after(2_000)).offered)).toEqual(['0002']);
  });
});
