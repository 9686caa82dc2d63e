import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';

describe('the gate', () => {
  it('lets in no more than its capacity, and the others in order as there is room', async () => {
    const gate = new Gate(2, 10);
    const entered: string[] = [];
    const enter = async (name: string, weight: number): Promise<() => void> => {
      const leave = await gate.enter(weight);
      entered.push(name);
      return leave;
    };
    const leaveA = await enter('a', 1);
    const leaveB = await enter('b', 1);
    const heavy = enter('heavy', 2);
    const light = enter('light', 1);
    leaveA();
    leaveA();
    await Promise.resolve();
    expect(entered).toEqual(['a', 'b']);
    leaveB();
    const leaveHeavy = await heavy;
    expect(entered).toEqual(['a', 'b', 'heavy']);
    leaveHeavy();
    await light;
    expect(entered).toEqual(['a', 'b', 'heavy', 'light']);
  });

  it('lets in what is heavier than its capacity, alone', async () => {
    const gate = new Gate(10, 10);
    const leave = await gate.enter(1_000);
    const next = gate.enter(1);
    let entered = false;
    void next.then(() => (entered = true));
    await Promise.resolve();
    expect(entered).toBe(false);
    leave();
    await next;
    expect(entered).toBe(true);
  });

  it('refuses at once when too many wait', async () => {
    const gate = new Gate(1, 1);
    await gate.enter(1);
    void gate.enter(1);
    await expect(gate.enter(1)).rejects.toMatchObject({ code: 'INVENTORY_BUSY', kind: 'unavailable' });
  });
});
