import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { nextOccurrence, type Repetition } from './repetition.js';
import { retryAfterMinutes, type RetryPolicy } from './retry-policy.js';
import type { Later } from './begin-delivery.js';

const MINUTE_MS = 60_000;

/** How the attempt that follows on another one differs from it. */
export interface PlannedAttempt extends Later {
  readonly force: boolean;
  /** What stands for the account that would have assigned it. */
  readonly assignedBy: string;
}

/**
 * The attempt that follows on one with a result: a retry while the policy of the package asks for one, else the next
 * occurrence of a repetition, which is forced because the agent's history lists the package by then.
 * @returns null when none follows
 */
export function planNextAttempt(
  ended: Pick<DeliveryEntity, 'state' | 'code' | 'retry' | 'force'>,
  { policy, repeat }: { readonly policy: RetryPolicy | null; readonly repeat: Repetition | null },
  now: Date,
): PlannedAttempt | null {
  if (ended.state !== 'succeeded' && ended.state !== 'failed') return null;
  if (ended.state === 'failed' && policy !== null) {
    const wait = retryAfterMinutes(policy, ended.code ?? '', ended.retry);
    if (wait !== null)
      return {
        notBefore: new Date(now.getTime() + wait * MINUTE_MS),
        retry: ended.retry + 1,
        held: 'retry',
        force: ended.force,
        assignedBy: 'retry policy',
      };
  }
  if (repeat === null) return null;
  return {
    notBefore: nextOccurrence(repeat, now),
    retry: 0,
    held: 'repeat',
    force: true,
    assignedBy: 'repetition',
  };
}
