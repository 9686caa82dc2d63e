import type { AgentDeviceId } from '@entrepot/kernel';
import type { MergeRecord } from './merge-record.js';

/** One step from an agent to another one: the merge that was about the two, and who is reached by it. */
export interface PathStep<Merge> {
  readonly merge: Merge;
  readonly agentDeviceId: AgentDeviceId;
}

/** A merge as far as it connects two agents: those whose inventories the two devices had when they were merged. */
export interface Connection {
  readonly moved: Pick<MergeRecord['moved'], 'survivorAgent' | 'absorbedAgent'>;
}

/**
 * How two agents of one device came together: the merges from the one to the other. There is one way at most, since
 * every merge brings two parts together that had nothing to do with each other before.
 */
export function agentPath<Merge extends Connection>(
  merges: readonly Merge[],
  from: AgentDeviceId,
  to: AgentDeviceId,
): PathStep<Merge>[] {
  const ways = new Map<AgentDeviceId, PathStep<Merge>[]>([[from, []]]);
  for (const [agent, way] of ways) {
    if (agent === to) return way;
    for (const merge of merges) {
      const { survivorAgent, absorbedAgent } = merge.moved;
      if (agent !== survivorAgent && agent !== absorbedAgent) continue;
      const next = agent === survivorAgent ? absorbedAgent : survivorAgent;
      // A map goes on with what is added to it meanwhile.
      if (!ways.has(next)) ways.set(next, [...way, { merge, agentDeviceId: next }]);
    }
  }
  return [];
}
