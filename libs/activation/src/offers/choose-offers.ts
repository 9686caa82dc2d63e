import type { ActivationId, AssignmentId, DeliveryId, FileId } from '@entrepot/kernel';
import type { DeliveryState, HeldReason } from '../deliveries/delivery.js';

/**
 * Packages in one PROLOG reply at the most: agents fetch the info files one after the other before their inventory
 * (AGENT-BEHAVIOUR.md: 10,000 took 44 s).
 */
export const OFFERS_PER_PROLOG = 20;

/** An open delivery of a device, with what an offer needs. */
export interface OfferCandidate {
  readonly deliveryId: DeliveryId;
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  readonly state: Extract<DeliveryState, 'waiting' | 'notified'>;
  readonly fileId: FileId;
  /** 0 is the most urgent. */
  readonly priority: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Stored bytes of the package are not what they should be. */
  readonly damaged: boolean;
  readonly createdAt: Date;
  readonly notifiedAt: Date | null;
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  readonly ticket: string | null;
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
  /** What is written of why it waits. */
  readonly held: HeldReason | null;
  /** Whether another attempt follows on the result. */
  readonly repeats: boolean;
  /** The package that has to succeed first; null when there is none. */
  readonly afterFileId: FileId | null;
  /** How its latest attempt on the device that is due stands; null when there is none. */
  readonly afterState: DeliveryState | null;
  readonly afterForce: boolean | null;
}

export interface ChosenOffers {
  readonly offered: readonly OfferCandidate[];
  /** Not forced and already installed by the agent's own account. */
  readonly alreadyInstalled: readonly OfferCandidate[];
  /** Waiting deliveries that are passed over for another reason than the one that is written. */
  readonly held: ReadonlyMap<DeliveryId, HeldReason>;
}

/** What the agent itself has said, and whether its device may begin something new. */
export interface AgentKnowledge {
  /** File ids that it has installed. */
  readonly history: readonly FileId[];
  /** When it last reported a result of a file id, whether or not that report has been recorded yet. */
  readonly reportedAt: ReadonlyMap<FileId, Date>;
  /** False outside the device's maintenance windows: only what it was told of stays on offer. */
  readonly mayStart: boolean;
}

/**
 * Chooses what a PROLOG reply lists: by priority, then age; each file id once (agents know packages by nothing else),
 * the delivery that the device was told of before a new one. What has a result is not offered, even while the result
 * is still on its way: a forced package would run again at each PROLOG. What the device was told of stays on offer
 * until then, whatever holds new packages back (AGENT-BEHAVIOUR.md, finding 2).
 */
export function chooseOffers(
  candidates: readonly OfferCandidate[],
  { history, reportedAt, mayStart }: AgentKnowledge,
): ChosenOffers {
  const installed = new Set(history);
  const isInstalled = ({ force, fileId }: OfferCandidate): boolean => !force && installed.has(fileId);
  const hasResult = ({ fileId, notifiedAt }: OfferCandidate): boolean => {
    const at = reportedAt.get(fileId);
    return at !== undefined && notifiedAt !== null && notifiedAt <= at;
  };
  const held = new Map<DeliveryId, HeldReason>();
  const hold = (candidate: OfferCandidate, reason: HeldReason): void => {
    if (candidate.state === 'waiting' && candidate.held !== reason) held.set(candidate.deliveryId, reason);
  };
  const byFileId = new Map<FileId, OfferCandidate>();
  for (const candidate of [...candidates].sort(byStateThenAge)) {
    if (isInstalled(candidate) || hasResult(candidate) || byFileId.has(candidate.fileId)) continue;
    const reason = reasonToHold(candidate, installed, mayStart);
    if (reason === null) byFileId.set(candidate.fileId, candidate);
    else hold(candidate, reason);
  }
  const inTurn = [...byFileId.values()].sort(byPriorityThenAge);
  for (const candidate of inTurn.slice(OFFERS_PER_PROLOG)) hold(candidate, 'limit');
  return {
    offered: inTurn.slice(0, OFFERS_PER_PROLOG),
    alreadyInstalled: candidates.filter(isInstalled),
    held,
  };
}

/** Why the device is not told of a package that it has not heard of; the reason that lasts longest first. */
function reasonToHold(
  candidate: OfferCandidate,
  installed: ReadonlySet<FileId>,
  mayStart: boolean,
): HeldReason | null {
  if (candidate.state !== 'waiting') return null;
  if (candidate.damaged) return 'damaged';
  if (!isItsTurn(candidate, installed)) return orderReason(candidate.afterState);
  return mayStart ? null : 'window';
}

/** Why a package waits for the one before it. */
function orderReason(afterState: DeliveryState | null): HeldReason {
  if (afterState === null) return 'order-missing';
  return afterState === 'failed' ? 'order-failed' : 'order';
}

function isItsTurn(candidate: OfferCandidate, installed: ReadonlySet<FileId>): boolean {
  const { afterFileId, afterState, afterForce } = candidate;
  if (afterFileId === null || afterState === 'succeeded') return true;
  return installed.has(afterFileId) && afterForce !== true;
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
