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
    const gate = new Gate(1, 1, (waiting) => new RangeError(`${waiting} wait`));
    let end: () => void = () => undefined;
    const first = gate.run(() => new Promise<void>((resolve) => (end = resolve)));
    const second = gate.run(() => Promise.resolve('second'));
    await expect(gate.run(() => Promise.resolve('third'))).rejects.toThrow(new RangeError('1 wait'));
    end();
    await first;
    expect(await second).toBe('second');
    expect(await gate.run(() => Promise.resolve('fourth'))).toBe('fourth');
  });

  it('lets so many run at once and the others in order, also after a failure', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => async (): Promise<number> => {
      begun.push(n);
      await new Promise<void>((resolve) => (ends[n] = resolve));
      if (n === 0) throw new Error('broken');
      return n;
    };
    const results = [0, 1, 2, 3].map((n) => gate.run(work(n)));
    const failure = expect(results[0]).rejects.toThrow('broken');
    await expect.poll(() => begun).toEqual([0, 1]);
    ends[0]?.();
    await failure;
    await expect.poll(() => begun).toEqual([0, 1, 2]);
    ends[1]?.();
    expect(await results[1]).toBe(1);
    await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    expect(await Promise.all(results.slice(2))).toEqual([2, 3]);
  });
});
