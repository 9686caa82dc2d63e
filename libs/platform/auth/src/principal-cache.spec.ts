import { describe, expect, it } from 'vitest';
import { Clock } from '@entrepot/kernel';
import { changeRecorded } from '@entrepot/contracts';
import { auditChange } from './index.js';
import { PrincipalCache } from './principal-cache.js';

class SettableClock extends Clock {
  at = 0;
  override now(): Date {
    return new Date(this.at);
  }
}

const ada = { accountId: '1', name: 'ada' };

describe('PrincipalCache', () => {
  it('forgets a token when its time is over', () => {
    const clock = new SettableClock();
    const cache = new PrincipalCache(clock, { lifetimeMs: 10_000, capacity: 10 });
    cache.remember('t', ada);
    clock.at = 9_999;
    expect(cache.find('t')).toBe(ada);
    clock.at = 10_000;
    expect(cache.find('t')).toBeNull();
  });

  it('holds no more than its capacity, and gives up the oldest first', () => {
    const cache = new PrincipalCache(new SettableClock(), { lifetimeMs: 10_000, capacity: 2 });
    for (const token of ['a', 'b', 'a', 'c']) cache.remember(token, ada);
    expect(['a', 'b', 'c'].map((token) => cache.find(token))).toEqual([ada, null, ada]);
  });
});

describe('auditChange', () => {
  it('makes the payload of the event, for a person and for the system', () => {
    const byAda = auditChange(ada, 'builder', 'package.create', 'package', 'p1', { name: 'x' });
    expect(changeRecorded.schema.parse(byAda)).toMatchObject({
      accountId: '1',
      accountName: 'ada',
      detail: { name: 'x' },
    });
    expect(auditChange(null, 'builder', 'package.expire', 'package', 'p1')).toMatchObject({
      accountId: null,
      accountName: 'system',
      detail: {},
    });
  });
});
