import type { ActivationId, AssignmentId, DeliveryId, FileId } from '@entrepot/kernel';
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
    assignmentId: `s${n}` as AssignmentId,
    activationId: `a${n}` as ActivationId,
    state: 'waiting',
    fileId: String(1_700_000_000 + n) as FileId,
    priority: 5,
    protocol: 'HTTP',
    damaged: false,
    createdAt: new Date(1_700_000_000_000 + n),
    notifiedAt: null,
    infoLocation: 'server:8443/download',
    fragmentLocation: 'server:8080/download',
    ticket: null,
    force: false,
    schedule: null,
    postCommand: null,
    held: null,
    repeats: false,
    afterFileId: null,
    afterState: null,
    afterForce: null,
    ...given,
  };
}

const knows = (history: readonly FileId[] = [], reportedAt = new Map<FileId, Date>()): AgentKnowledge => ({
  history,
  reportedAt,
  mayStart: true,
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

describe('what waits is passed over', () => {
  const why = (candidates: readonly OfferCandidate[], known = knows()): unknown =>
    Object.fromEntries(chooseOffers(candidates, known).held);
  const closed: AgentKnowledge = { ...knows(), mayStart: false };
  const first = '1700000001' as FileId;

  it('outside the maintenance windows, but not what the device was told of', () => {
    const told = candidate(2, { state: 'notified' });
    const { offered, held } = chooseOffers([candidate(1), told], closed);
    expect(ids(offered)).toEqual(['0002']);
    expect(Object.fromEntries(held)).toEqual({ '0001': 'window' });
  });

  it.each([
    ['before the other package has a result', 'notified', false, [], 'order'],
    ['when the other package failed', 'failed', false, [], 'order-failed'],
    ['when the other package is not assigned any more', null, null, [], 'order-missing'],
    ['not once it succeeded', 'succeeded', false, [], undefined],
    ['not when the agent has it installed', 'waiting', false, [first], undefined],
    ['not when the agent has it and nobody assigns it', null, null, [first], undefined],
    ['but the other package is forced and is to run again', 'waiting', true, [first], 'order'],
  ] as const)('in its order: %s', (_, afterState, afterForce, history, reason) => {
    const second = candidate(2, { afterFileId: first, afterState, afterForce });
    const { offered, held } = chooseOffers([second], knows(history));
    expect([ids(offered), held.get(second.deliveryId)]).toEqual([reason ? [] : ['0002'], reason]);
  });

  it('while its bytes are damaged, and beyond the twentieth', () => {
    expect(
      why([candidate(1, { damaged: true }), candidate(2, { damaged: true, state: 'notified' })]),
    ).toEqual({
      '0001': 'damaged',
    });
    const many = Array.from({ length: OFFERS_PER_PROLOG + 1 }, (_, index) => candidate(index));
    expect(why(many)).toEqual({ '0020': 'limit' });
  });

  it('for the reason that lasts longest, told only when it is another one than before', () => {
    const all = { damaged: true, afterFileId: first, afterState: 'failed' } as const;
    expect(why([candidate(1, all)], closed)).toEqual({ '0001': 'damaged' });
    expect(why([candidate(1, { ...all, damaged: false })], closed)).toEqual({ '0001': 'order-failed' });
    expect(why([candidate(1, { held: 'retry' })], closed)).toEqual({ '0001': 'window' });
    expect(why([candidate(1, { held: 'window' })], closed)).toEqual({});
  });

  it('without keeping another delivery of the same file id from being offered', () => {
    const fileId = '1700000009' as FileId;
    const waits = candidate(1, { fileId, afterFileId: first, afterState: 'failed' });
    expect(ids(chooseOffers([waits, candidate(2, { fileId })], knows()).offered)).toEqual(['0002']);
  });
});
