import { classifyResult, normaliseResult } from '@entrepot/ocs-wire';

/**
 * What became of one attempt to bring a package to a device:
 * waiting → notified → succeeded | failed; a late report moves between the last two. `withdrawn` and `superseded`
 * (a newer attempt took its place) are ends without a result.
 */
export type DeliveryState = 'waiting' | 'notified' | 'succeeded' | 'failed' | 'withdrawn' | 'superseded';

/**
 * Why a waiting delivery is not offered: outside the maintenance windows, before another package, beyond the number of
 * offers, while the stored bytes are damaged; or it is an attempt for later.
 */
export type HeldReason =
  'window' | 'order' | 'order-failed' | 'order-missing' | 'limit' | 'damaged' | 'retry' | 'repeat';

/** Our own code for a package that the agent's history already lists (OCS-PROTOCOL.md §4.2). */
export const ALREADY_IN_HISTORY = 'SUCCESS_ALREADY_IN_HISTORY';

/** The part of a delivery that its rules read and change. */
export interface DeliveryStatus {
  readonly state: DeliveryState;
  /** The agent's last word that counts, normalised. */
  readonly code: string | null;
  readonly notifiedAt: Date | null;
  readonly endedAt: Date | null;
  /** Time of the newest report. */
  readonly reportedAt: Date | null;
  /** Reports that left the package on offer (ERR_DOWNLOAD_INFO). */
  readonly retries: number;
}

/** A delivery's status with whether a merge of devices ended it (settle-assignments.ts). */
export interface AsideStatus extends DeliveryStatus {
  readonly setAside: boolean;
}

/** How a delivery begins. */
export const WAITING: DeliveryStatus = {
  state: 'waiting',
  code: null,
  notifiedAt: null,
  endedAt: null,
  reportedAt: null,
  retries: 0,
};

/** Whether the delivery is offered at each PROLOG (OCS-PROTOCOL.md §4.2). */
export function isOpen(status: DeliveryStatus): boolean {
  return status.state === 'waiting' || status.state === 'notified';
}

/** The device was told of the package. Changes nothing after the first time. */
export function notify<S extends DeliveryStatus>(status: S, now: Date): S {
  return status.state === 'waiting' ? { ...status, state: 'notified', notifiedAt: now } : status;
}

/** The agent's history lists the package, so that there is nothing to do. Changes nothing once ended. */
export function foundInHistory<S extends DeliveryStatus>(status: S, now: Date): S {
  return isOpen(status) ? { ...status, state: 'succeeded', code: ALREADY_IN_HISTORY, endedAt: now } : status;
}

/** The activation or the assignment was taken back. A device that was told already can no longer be stopped. */
export function withdraw<S extends DeliveryStatus>(status: S, now: Date): S {
  return status.state === 'waiting' ? { ...status, state: 'withdrawn', endedAt: now } : status;
}

/** A newer attempt takes over. A result that is there stays. */
export function supersede<S extends DeliveryStatus>(status: S, now: Date): S {
  return isOpen(status) ? { ...status, state: 'superseded', endedAt: now } : status;
}

/** Two devices turned out to be one, and it has this package by another assignment. A result that is there stays. */
export function setAside<S extends AsideStatus>(status: S, now: Date): S {
  return isOpen(status) ? { ...supersede(status, now), setAside: true } : status;
}

/** The merge was undone: what it ended goes on where it was, or ends with what the agent has reported since. */
export function bringBack<S extends AsideStatus>(status: S): S {
  if (!status.setAside) return status;
  const outcome = status.code === null ? 'retry' : classifyResult(status.code);
  const restored = { ...status, setAside: false };
  if (outcome !== 'retry') return { ...restored, state: outcome, endedAt: status.reportedAt };
  return { ...restored, state: status.notifiedAt === null ? 'waiting' : 'notified', endedAt: null };
}

/**
 * The agent reported. The newest report wins, also over an earlier result (OCS-PROTOCOL.md §4.2); one that asks for a
 * retry leaves the offer open (AGENT-BEHAVIOUR.md, "Info"); one that is older than the last known only counts as kept.
 * @param result the agent's word as sent
 * @param at when it was received
 */
export function report<S extends DeliveryStatus>(status: S, result: string, at: Date): S {
  if (status.reportedAt !== null && at < status.reportedAt) return status;
  const code = normaliseResult(result);
  const outcome = classifyResult(code);
  const reported = { ...status, reportedAt: at };
  if (outcome === 'retry')
    return { ...reported, retries: status.retries + 1, code: isOpen(status) ? code : status.code };
  if (status.state === 'withdrawn' || status.state === 'superseded') return { ...reported, code };
  return { ...reported, state: outcome, code, endedAt: at };
}

/** Whether others should hear of the change. */
export function changed(before: DeliveryStatus, after: DeliveryStatus): boolean {
  return before.state !== after.state || before.code !== after.code;
}
