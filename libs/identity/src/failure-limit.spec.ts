import { Clock } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { FailureLimit } from './failure-limit.js';

class SetClock extends Clock {
  at = 0;
  override now(): Date {
    return new Date(this.at);
  }
}

const ATTEMPT = { name: 'admin', address: '192.0.2.1' };

function tenFailures(): { limit: FailureLimit; clock: SetClock } {
  const clock = new SetClock();
  const limit = new FailureLimit(clock);
  for (let i = 0; i < 10; i++) limit.begin(ATTEMPT);
  return { limit, clock };
}

describe('the limit of failed attempts', () => {
  it('refuses the eleventh within five minutes, and lets in after them', () => {
    const { limit, clock } = tenFailures();
    clock.at = 5 * 60_000 - 1;
    expect(() => limit.begin(ATTEMPT)).toThrow('try again at 1970-01-01T00:05:00.000Z');
    clock.at += 1;
    expect(() => limit.begin(ATTEMPT)).not.toThrow();
  });

  it('concerns one account from one address', () => {
    const { limit } = tenFailures();
    expect(() => limit.begin({ ...ATTEMPT, name: 'ann' })).not.toThrow();
    expect(() => limit.begin({ ...ATTEMPT, address: '192.0.2.2' })).not.toThrow();
  });

  it('begins anew after a success', () => {
    const { limit } = tenFailures();
    limit.succeed(ATTEMPT);
    expect(() => limit.begin(ATTEMPT)).not.toThrow();
  });
});
