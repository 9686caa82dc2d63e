import { AppError, Clock } from '@entrepot/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { ERRORS } from './errors.js';
import { FailureLimit } from './failure-limit.js';

class SetClock extends Clock {
  at = 0;
  override now(): Date {
    return new Date(this.at);
  }
}

const WHO = { name: 'admin', address: '192.0.2.1' };
const wrong = (): Promise<never> =>
  Promise.reject(new AppError(ERRORS.IDENTITY_CREDENTIALS_WRONG, 'wrong password'));
const right = (): Promise<string> => Promise.resolve('in');

let clock: SetClock;
let limit: FailureLimit;
beforeEach(() => {
  clock = new SetClock();
  limit = new FailureLimit(clock);
});

async function fail(times: number, who = WHO): Promise<void> {
  for (let i = 0; i < times; i++) await expect(limit.attempt(who, wrong)).rejects.toThrow('wrong password');
}

describe('the limit of failed attempts', () => {
  it('refuses the eleventh within five minutes, and lets in after them', async () => {
    await fail(10);
    clock.at = 5 * 60_000 - 1;
    await expect(limit.attempt(WHO, right)).rejects.toThrow('try again at 1970-01-01T00:05:00.000Z');
    clock.at += 1;
    expect(await limit.attempt(WHO, right)).toBe('in');
  });

  it('concerns one account from one address', async () => {
    await fail(10);
    expect(await limit.attempt({ ...WHO, name: 'ann' }, right)).toBe('in');
    expect(await limit.attempt({ ...WHO, address: '192.0.2.2' }, right)).toBe('in');
  });

  it('begins anew after a success', async () => {
    await fail(9);
    expect(await limit.attempt(WHO, right)).toBe('in');
    await fail(10);
  });

  it('counts a hundred of one address, whatever the names', async () => {
    for (let i = 0; i < 100; i++) await fail(1, { ...WHO, name: `name ${i}` });
    await expect(limit.attempt({ ...WHO, name: 'another' }, right)).rejects.toThrow('100 attempts');
    expect(await limit.attempt({ ...WHO, address: '192.0.2.2' }, right)).toBe('in');
  });

  it('counts attempts under way, and none that failed for reasons of ours', async () => {
    const away = (): Promise<never> => Promise.reject(new Error('database away'));
    for (let i = 0; i < 50; i++) await expect(limit.attempt(WHO, away)).rejects.toThrow('database away');
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const underWay = Array.from({ length: 10 }, () => limit.attempt(WHO, () => held));
    await expect(limit.attempt(WHO, right)).rejects.toMatchObject({ code: 'IDENTITY_TOO_MANY_FAILURES' });
    end();
    await Promise.all(underWay);
    expect(await limit.attempt(WHO, right)).toBe('in');
  });
});
