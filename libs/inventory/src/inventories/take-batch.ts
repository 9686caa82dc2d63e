import { lookupKeys } from '../duplicates/find-candidates.js';
import type { MatchRules } from '../duplicates/match-devices.js';
import type { Member } from './inventory-batches.js';
import type { InventoryWork } from './inventory-work.js';

const MOST_MEMBERS = 24;
/** Bytes of the packed documents of a batch; a larger one goes alone. */
const MOST_BYTES = 2 * 1024 * 1024;

/** What an inventory has in common with another one that may be of the same machine. */
export function sharedKeys(rules: MatchRules, { request, prepared }: InventoryWork): string[] {
  const agents = [request.deviceId, request.oldDeviceId].filter((id) => id !== null);
  const keys = prepared.identity === null ? [] : lookupKeys(rules, prepared.identity.facts);
  return [...agents.map((id) => `agent:${id.toLowerCase()}`), ...keys];
}

/**
 * Takes the next batch out of a queue, in the order of arrival.
 * @param keysOf leaves those for the next batch that have a key in common with one before them
 */
export function takeBatch(
  queue: Member[],
  keysOf: (work: InventoryWork) => readonly string[] = () => [],
): Member[] {
  const taken: Member[] = [];
  const left: Member[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const member of queue) {
    const size = member.work.document.body.length;
    const fits = taken.length === 0 || (taken.length < MOST_MEMBERS && bytes + size <= MOST_BYTES);
    const own = keysOf(member.work);
    const isDistinct = !own.some((key) => keys.has(key));
    // Whoever waits for one that is taken, and whoever waits for that, keeps its place.
    for (const key of own) keys.add(key);
    if (fits && isDistinct) {
      taken.push(member);
      bytes += size;
    } else left.push(member);
  }
  queue.splice(0, queue.length, ...left);
  return taken;
}
