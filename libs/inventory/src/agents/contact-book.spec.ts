import type { DeviceId } from '@entrepot/kernel';
import { silentLog } from '@entrepot/platform-telemetry';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContactBook } from './contact-book.js';

const device = (i: number): DeviceId => `0195d0a0-0000-7000-8000-${String(i).padStart(12, '0')}` as DeviceId;
const agent = (userAgent: string): { address: string; userAgent: string } => ({ address: '::1', userAgent });
const at = new Date('2026-11-20T12:00:00Z');

describe('contacts that cannot be written down', () => {
  const state = { error: null as Error | null, written: [] as [DeviceId, string][], tries: 0 };
  let book: ContactBook;

  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(state, { error: new Error('the database is away'), written: [], tries: 0 });
    const database = {
      query: (_sql: string, [ids, , agents]: [DeviceId[], Date[], string[]]) => {
        state.tries += 1;
        if (state.error !== null) return Promise.reject(state.error);
        state.written.push(...ids.map((id, i): [DeviceId, string] => [id, agents[i] ?? '']));
        return Promise.resolve([]);
      },
    };
    book = new ContactBook(database as unknown as DataSource, silentLog());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wait for the database, and give way to a newer contact of their device', async () => {
    book.note(device(1), at, agent('old'));
    book.note(device(2), at, agent('old'));
    const writing = book.flush();
    book.note(device(1), at, agent('new'));
    await writing;
    state.error = null;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state.written.sort()).toEqual([
      [device(1), 'new'],
      [device(2), 'old'],
    ]);
    await book.flush();
    expect(state.written.length).toBe(2);
  });

  it('are tried again every two seconds, however many devices call meanwhile', async () => {
    for (let i = 0; i < 1_000; i += 1) {
      book.note(device(i), at, agent('x'));
      await vi.advanceTimersByTimeAsync(4);
    }
    expect(state.tries).toBeLessThan(5);
    state.error = null;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state.written.length).toBe(1_000);
  });

  it('are given up when the program stops', async () => {
    book.note(device(1), at, agent('x'));
    await book.beforeApplicationShutdown();
    const { tries } = state;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.tries).toBe(tries);
  });

  it('are given up when it is they that PostgreSQL refuses', async () => {
    state.error = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    book.note(device(1), at, agent('bad'));
    await book.flush();
    state.error = null;
    book.note(device(2), at, agent('good'));
    await book.flush();
    expect(state.written).toEqual([[device(2), 'good']]);
  });
});
