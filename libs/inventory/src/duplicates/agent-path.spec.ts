import type { AgentDeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { agentPath } from './agent-path.js';

const agent = (text: string): AgentDeviceId => text as AgentDeviceId;

function path(merges: string[], from: string, to: string): string[] {
  const connections = merges.map((text) => ({
    moved: { survivorAgent: agent(text.charAt(0)), absorbedAgent: agent(text.charAt(1)) },
  }));
  return agentPath(connections, agent(from), agent(to)).map(({ agentDeviceId }) => agentDeviceId);
}

describe('the way between two agents of a device', () => {
  it('goes by the agents whose devices were merged, in either direction', () => {
    expect(path(['ab', 'bc', 'bd', 'ef', 'ce'], 'a', 'f')).toEqual(['b', 'c', 'e', 'f']);
    expect(path(['ab', 'bc', 'bd', 'ef', 'ce'], 'f', 'a')).toEqual(['e', 'c', 'b', 'a']);
  });

  it('is nothing when there is none', () => {
    expect(path(['ab', 'cd'], 'a', 'd')).toEqual([]);
    expect(path([], 'a', 'a')).toEqual([]);
  });
});
