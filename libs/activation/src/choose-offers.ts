import type { DeliveryState } from './delivery.js';

/**
 * Packages in one PROLOG reply at the most: agents fetch the info files one after the other before their inventory
 * (AGENT-BEHAVIOUR.md: 10,000 took 44 s).
 */
export const OFFERS_PER_PROLOG = 20;

/** An open delivery of a device, with what an offer needs. */
export interface OfferCandidate {
  readonly deliveryId: string;
  readonly state: Extract<DeliveryState, 'waiting' | 'notified'>;
  readonly fileId: string;
  /** 0 is the most urgent. */
  readonly priority: number;
  readonly createdAt: Date;
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
}

export interface ChosenOffers {
  readonly offered: readonly OfferCandidate[];
  /** Not forced and already installed by the agent's own account. */
  readonly alreadyInstalled: readonly OfferCandidate[];
}

/**
 * Chooses what a PROLOG reply lists: by priority, then age; each file id once (agents know packages by nothing else),
 * the delivery that the device was told of before a new one.
 * @param history file ids that the agent has installed
 */
export function chooseOffers(
  candidates: readonly OfferCandidate[],
  history: readonly string[],
): ChosenOffers {
  const installed = new Set(history);
  const isInstalled = (candidate: OfferCandidate): boolean =>
    !candidate.force && installed.has(candidate.fileId);
  const byFileId = new Map<string, OfferCandidate>();
  for (const candidate of [...candidates].sort(byStateThenAge)) {
    if (!isInstalled(candidate) && !byFileId.has(candidate.fileId)) byFileId.set(candidate.fileId, candidate);
  }
  return {
    offered: [...byFileId.values()].sort(byPriorityThenAge).slice(0, OFFERS_PER_PROLOG),
    alreadyInstalled: candidates.filter(isInstalled),
  };
}

function byStateThenAge(a: OfferCandidate, b: OfferCandidate): number {
  return Number(a.state === 'waiting') - Number(b.state === 'waiting') || byAge(a, b);
}

function byPriorityThenAge(a: OfferCandidate, b: OfferCandidate): number {
  return a.priority - b.priority || byAge(a, b);
}

function byAge(a: OfferCandidate, b: OfferCandidate): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.deliveryId < b.deliveryId ? -1 : 1);
}
