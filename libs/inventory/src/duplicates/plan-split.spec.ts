import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { planSplit, type SplitRow } from './plan-split.js';

function row(id: string, agent: string, day: number, side: SplitRow['side']): SplitRow {
  return {
    id: id as DeviceId,
    agentDeviceId: agent as AgentDeviceId,
    lastInventoryAt: new Date(Date.UTC(2026, 0, day)),
    side,
  };
}

const roots = ['X', 'Y'] as [DeviceId, DeviceId];

function plan(rows: SplitRow[], absorbed: string[]): string[] {
  return planSplit(rows, roots, absorbed as AgentDeviceId[]).map(([one, other]) => `${one}${other}`);
}

describe('the plan of a split', () => {
  it('leaves agents where they belong', () => {
    expect(plan([row('X', 'a', 2, 'survivor'), row('Y', 'b', 1, 'absorbed')], ['b'])).toEqual([]);
  });

  it('exchanges two agents that have changed places', () => {
    expect(plan([row('X', 'b', 2, 'survivor'), row('Y', 'a', 1, 'absorbed')], ['b'])).toEqual(['XY']);
  });

  it('brings every agent to its side and the newest inventory of a side to its device', () => {
    const rows = [
      row('X', 'c', 9, 'survivor'),
      row('V', 'a', 3, 'survivor'),
      row('Y', 'b', 1, 'absorbed'),
      row('Z', 'x', 5, 'absorbed'),
    ];
    expect(plan(rows, ['b', 'c'])).toEqual(['XZ', 'YZ']);
    expect(plan([...rows].reverse(), ['b', 'c'])).toEqual(['XZ', 'YZ']);
  });
});
