import type { DeliveryId, FileId } from '@entrepot/kernel';
import type { DeliveryState } from '../deliveries/delivery.js';

/**
 * Packages in one PROLOG reply at the most: agents fetch the info files one after the other before their inventory
 * (AGENT-BEHAVIOUR.md: 10,000 took 44 s).
 */
export const OFFERS_PER_PROLOG = 20;

/** An open delivery of a device, with what an offer needs. */
export interface OfferCandidate {
  readonly deliveryId: DeliveryId;
  readonly state: Extract<DeliveryState, 'waiting' | 'notified'>;
  readonly fileId: FileId;
  /** 0 is the most urgent. */
  readonly priority: number;
  readonly createdAt: Date;
  readonly notifiedAt: Date | null;
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

/** What the agent itself has said. */
export interface AgentKnowledge {
  /** File ids that it has installed. */
  readonly history: readonly FileId[];
  /** When it last reported a result of a file id, whether or not that report has been recorded yet. */
  readonly reportedAt: ReadonlyMap<FileId, Date>;
}

/**
 * Chooses what a PROLOG reply lists: by priority, then age; each file id once (agents know packages by nothing else),
 * the delivery that the device was told of before a new one. What has a result is not offered, even while the result
 * is still on its way: a forced package would run again at each PROLOG (AGENT-BEHAVIOUR.md).
 */
export function chooseOffers(
  candidates: readonly OfferCandidate[],
  { history, reportedAt }: AgentKnowledge,
): ChosenOffers {
  const installed = new Set(history);
  const hasResult = ({ fileId, notifiedAt }: OfferCandidate): boolean => {
    const at = reportedAt.get(fileId);
    return at !== undefined && notifiedAt !== null && notifiedAt <= at;
  };
  const isInstalled = (candidate: OfferCandidate): boolean =>
    !candidate.force && installed.has(candidate.fileId);
  const byFileId = new Map<FileId, OfferCandidate>();
  for (const candidate of [...candidates].sort(byStateThenAge)) {
    const isOffered = !isInstalled(candidate) && !hasResult(candidate);
    if (isOffered && !byFileId.has(candidate.fileId)) byFileId.set(candidate.fileId, candidate);
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
