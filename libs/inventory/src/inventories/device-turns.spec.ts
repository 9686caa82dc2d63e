import type { AgentDeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { DeviceTurns } from './device-turns.js';

const device = (text: string): AgentDeviceId => text as AgentDeviceId;

describe('the turns of devices', () => {
  it('go one after the other for one device, whatever its letter case and whatever fails', async () => {
    const turns = new DeviceTurns();
    const seen: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const outcomes = await Promise.allSettled([
      turns.take(device('PC'), work('first', true)),
      turns.take(device('pc'), work('second')),
      turns.take(device('Pc'), work('third')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('do not wait for other devices', async () => {
    const turns = new DeviceTurns();
    const stuck = turns.take(device('a'), () => new Promise<never>(() => undefined));
    expect(await turns.take(device('b'), () => Promise.resolve('b'))).toBe('b');
    void stuck;
  });
});
