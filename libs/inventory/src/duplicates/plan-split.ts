import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';

/** A row of a device that is about to become two again. */
export interface SplitRow {
  readonly id: DeviceId;
  readonly agentDeviceId: AgentDeviceId;
  readonly lastInventoryAt: Date;
  /** Which of the two it will belong to. */
  readonly side: 'survivor' | 'absorbed';
}

/**
 * The exchanges, in order, after which each side has its own agents and the newest inventory of a side is with the
 * device that stands for it: while two devices were one, their agents may have changed places.
 * @param roots the two devices that will stand for the sides
 * @param absorbedAgents the agents of the absorbed side when they were merged
 */
export function planSplit(
  rows: readonly SplitRow[],
  roots: readonly [survivor: DeviceId, absorbed: DeviceId],
  absorbedAgents: readonly AgentDeviceId[],
): (readonly [DeviceId, DeviceId])[] {
  const absorbed = new Set(absorbedAgents);
  const places = rows.map((row) => ({ ...row }));
  const swaps: (readonly [DeviceId, DeviceId])[] = [];
  const swap = (one: SplitPlace, other: SplitPlace): void => {
    swaps.push([one.id, other.id]);
    const { agentDeviceId, lastInventoryAt } = one;
    Object.assign(one, { agentDeviceId: other.agentDeviceId, lastInventoryAt: other.lastInventoryAt });
    Object.assign(other, { agentDeviceId, lastInventoryAt });
  };
  const strangers = (side: SplitRow['side']): SplitPlace[] =>
    places.filter(
      (place) => place.side === side && absorbed.has(place.agentDeviceId) !== (side === 'absorbed'),
    );
  const leaving = strangers('absorbed');
  for (const [index, place] of strangers('survivor').entries()) {
    const other = leaving[index];
    if (other !== undefined) swap(place, other);
  }
  for (const rootId of roots) {
    const root = places.find(({ id }) => id === rootId);
    const newest = places
      .filter(({ side }) => side === root?.side)
      .reduce<SplitPlace | undefined>(
        (best, place) => (best === undefined || isNewer(place, best) ? place : best),
        root,
      );
    if (root !== undefined && newest !== undefined && newest !== root) swap(root, newest);
  }
  return swaps;
}

interface SplitPlace extends Omit<SplitRow, 'agentDeviceId' | 'lastInventoryAt'> {
  agentDeviceId: AgentDeviceId;
  lastInventoryAt: Date;
}

function isNewer(one: SplitPlace, other: SplitPlace): boolean {
  return one.lastInventoryAt > other.lastInventoryAt;
}
