import { describe, expect, it } from 'vitest';
import {
  bringBack,
  changed,
  foundInHistory,
  isOpen,
  notify,
  report,
  setAside,
  supersede,
  WAITING,
  withdraw,
  type DeliveryState,
  type DeliveryStatus,
} from './delivery.js';

const T1 = new Date('2025-11-20T10:00:00Z');
const T2 = new Date('2025-11-20T11:00:00Z');
const T3 = new Date('2025-11-20T12:00:00Z');

const notified = notify(WAITING, T1);
const STATES: Readonly<Record<DeliveryState, DeliveryStatus>> = {
  waiting: WAITING,
  notified,
  succeeded: report(notified, 'SUCCESS', T2),
  failed: report(notified, 'ERR_BAD_DIGEST', T2),
  withdrawn: withdraw(WAITING, T2),
  superseded: supersede(notified, T2),
};
const after = (act: (status: DeliveryStatus) => DeliveryStatus): Record<string, DeliveryState> =>
  Object.fromEntries(Object.entries(STATES).map(([name, status]) => [name, act(status).state]));

describe('a delivery', () => {
  it('is open while it waits or the device was told', () => {
    expect(Object.values(STATES).filter(isOpen)).toEqual([STATES.waiting, STATES.notified]);
  });

  it('is notified once', () => {
    expect(after((status) => notify(status, T3))).toEqual({
      waiting: 'notified',
      notified: 'notified',
      succeeded: 'succeeded',
      failed: 'failed',
      withdrawn: 'withdrawn',
      superseded: 'superseded',
    });
    expect(notify(notified, T3)).toBe(notified);
    expect(notified.notifiedAt).toEqual(T1);
  });

  it('succeeds without being offered when the history lists it, unless it has ended', () => {
    expect(after((status) => foundInHistory(status, T3))).toEqual({
      waiting: 'succeeded',
      notified: 'succeeded',
      succeeded: 'succeeded',
      failed: 'failed',
      withdrawn: 'withdrawn',
      superseded: 'superseded',
    });
    expect(foundInHistory(WAITING, T3)).toMatchObject({ code: 'SUCCESS_ALREADY_IN_HISTORY', endedAt: T3 });
  });

  it('can be withdrawn only while it waits', () => {
    expect(after((status) => withdraw(status, T3))).toEqual({
      waiting: 'withdrawn',
      notified: 'notified',
      succeeded: 'succeeded',
      failed: 'failed',
      withdrawn: 'withdrawn',
      superseded: 'superseded',
    });
  });

  it('is superseded while open and keeps a result that is there', () => {
    expect(after((status) => supersede(status, T3))).toEqual({
      waiting: 'superseded',
      notified: 'superseded',
      succeeded: 'succeeded',
      failed: 'failed',
      withdrawn: 'withdrawn',
      superseded: 'superseded',
    });
  });

  it('takes the state of the newest report, also after another result, but a closed one stays closed', () => {
    const closed = { withdrawn: 'withdrawn', superseded: 'superseded' };
    const reported = (code: string): Record<string, DeliveryState> =>
      after((status) => report(status, code, T3));
    const open = { waiting: 'succeeded', notified: 'succeeded', succeeded: 'succeeded', failed: 'succeeded' };
    expect(reported('SUCCESS')).toEqual({ ...open, ...closed });
    const failed = { waiting: 'failed', notified: 'failed', succeeded: 'failed', failed: 'failed' };
    expect(reported('EXIT_CODE_3')).toEqual({ ...failed, ...closed });
    expect(report(STATES.superseded, 'SUCCESS', T3)).toMatchObject({ code: 'SUCCESS', reportedAt: T3 });
  });

  it('reads a repeated success as a success', () => {
    expect(report(notified, 'SUCCESS_', T2)).toMatchObject({ state: 'succeeded', code: 'SUCCESS' });
  });

  it('stays on offer after ERR_DOWNLOAD_INFO and counts it', () => {
    const once = report(notified, 'ERR_DOWNLOAD_INFO', T2);
    const twice = report(once, 'ERR_DOWNLOAD_INFO', T3);
    expect(twice).toMatchObject({ state: 'notified', code: 'ERR_DOWNLOAD_INFO', retries: 2, endedAt: null });
    expect(changed(notified, once)).toBe(true);
    expect(changed(once, twice)).toBe(false);
  });

  it('keeps its result when ERR_DOWNLOAD_INFO comes late', () => {
    expect(report(STATES.succeeded, 'ERR_DOWNLOAD_INFO', T3)).toMatchObject({
      state: 'succeeded',
      code: 'SUCCESS',
    });
  });

  it('ignores a report that is older than the last', () => {
    const ended = report(notified, 'SUCCESS', T3);
    expect(report(ended, 'ERR_TIMEOUT', T2)).toBe(ended);
  });
});

describe('a delivery that a merge of devices sets aside', () => {
  it('ends while it is open, and goes on where it was when it is brought back', () => {
    for (const [name, status] of Object.entries(STATES)) {
      const before = { ...status, setAside: false };
      const aside = setAside(before, T3);
      expect([name, aside.state]).toEqual([name, isOpen(before) ? 'superseded' : before.state]);
      expect(bringBack(aside)).toEqual(before);
    }
  });

  it('keeps what the agent has reported meanwhile', () => {
    const aside = setAside({ ...notified, setAside: false }, T2);
    expect(bringBack(report(aside, 'ERR_BAD_DIGEST', T3))).toMatchObject({
      state: 'failed',
      code: 'ERR_BAD_DIGEST',
      endedAt: T3,
    });
    expect(bringBack(report(aside, 'ERR_DOWNLOAD_INFO', T3))).toMatchObject({
      state: 'notified',
      retries: 1,
    });
  });
});
