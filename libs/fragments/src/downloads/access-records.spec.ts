import type { Clock } from '@entrepot/kernel';
import type { Outbox, Transaction } from '@entrepot/platform-messaging';
import { createMetrics, silentLog } from '@entrepot/platform-telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessRecords, type ServedRequest } from './access-records.js';
import type { Access } from './download-trial.spec-support.js';

const clock: Clock = { now: () => new Date('2026-11-22T10:00:00Z') };
const metrics = createMetrics('trial');
let batches: Access[][];
let isDown: boolean;
let records: AccessRecords;

/** Keeps what is published, unless it is down. */
const outbox = {
  async transaction(work: (tx: Transaction) => Promise<void>) {
    if (isDown) throw new Error('down');
    const publish = (_event: unknown, payload: unknown): void => {
      batches.push((payload as { accesses: Access[] }).accesses);
    };
    await work({ publish } as unknown as Transaction);
  },
} as unknown as Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  isDown = false;
  records = new AccessRecords(outbox, clock, silentLog(), metrics);
});
afterEach(() => {
  vi.useRealTimers();
});

const served = (fragment: number, over: Partial<ServedRequest> = {}): ServedRequest => ({
  fileId: '1700000001',
  fragment,
  ticket: null,
  address: '10.0.0.1',
  bytes: 10,
  isComplete: true,
  ...over,
});

describe('access records', () => {
  it('are gathered for a second by file, ticket and address', async () => {
    for (const request of [
      served(1),
      served(1, { isComplete: false, bytes: 3 }),
      served(1, { address: '10.0.0.2' }),
      served(0, { ticket: 'a' }),
      served(0, { ticket: 'b' }),
    ])
      records.note(request);
    await vi.advanceTimersByTimeAsync(999);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toHaveLength(1);
    expect(batches[0]).toHaveLength(4);
    expect(batches[0]?.[0]).toEqual({
      fileId: '1700000001',
      fragment: 1,
      ticket: null,
      address: '10.0.0.1',
      requests: 2,
      complete: 1,
      bytes: 13,
      at: '2026-11-22T10:00:00.000Z',
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(batches).toHaveLength(1);
  });

  it('go out at once when there are 500, and never more in one event', async () => {
    for (let n = 1; n <= 1_200; n++) records.note(served(n));
    await vi.advanceTimersByTimeAsync(0);
    expect(batches.map((batch) => batch.length)).toEqual([500]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
  });

  it('wait while the database is away, together with later ones, and are told of in the end', async () => {
    isDown = true;
    records.note(served(1));
    await vi.advanceTimersByTimeAsync(1_000);
    records.note(served(1));
    records.note(served(2));
    isDown = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(batches.flat()).toMatchObject([
      { fragment: 1, requests: 2, bytes: 20 },
      { fragment: 2, requests: 1 },
    ]);
  });

  it('are dropped and counted when more than 20,000 wait', async () => {
    isDown = true;
    for (let n = 1; n <= 20_500; n++) records.note(served(n));
    await vi.advanceTimersByTimeAsync(60_000);
    isDown = false;
    await records.flush();
    expect(batches.flat()).toHaveLength(20_000);
    expect(await metrics.collect()).toMatch(/fragments_access_records_dropped_total\S* 500\b/);
  });

  it('go out when the program ends', async () => {
    records.note(served(1));
    await records.beforeApplicationShutdown();
    expect(batches.flat()).toHaveLength(1);
  });
});
