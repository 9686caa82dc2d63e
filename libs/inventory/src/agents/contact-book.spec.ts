import type { DeviceId } from '@entrepot/kernel';
import { silentLog } from '@entrepot/platform-telemetry';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContactBook } from './contact-book.js';

const device = (i: number): DeviceId => `0195d0a0-0000-7000-8000-${String(i).padStart(12, '0')}` as DeviceId;
const agent = (userAgent: string): { address: string; userAgent: string } => ({ address: '::1', userAgent });
const at = new Date('2026-11-20T12:00:00Z');

describe('contacts that cannot be written down', () => {
  const state = { error: null as Error | null, written: [] as [DeviceId, string][], tries: 0 };
  let book: ContactBook;
  const note = (i: number, name: string): void => book.note(device(i), at, agent(name), 'prolog');

  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(state, { error: new Error('the database is away'), written: [], tries: 0 });
    const master = {
      query: ({ values: [ids, , , agents] }: { values: [DeviceId[], Date[], string[], string[]] }) => {
        state.tries += 1;
        if (state.error !== null) return Promise.reject(state.error);
        state.written.push(...ids.map((id, i): [DeviceId, string] => [id, agents[i] ?? '']));
        return Promise.resolve({ rows: [] });
      },
    };
    const database = new DataSource({ type: 'postgres' });
    database.driver = { master } as unknown as DataSource['driver'];
    book = new ContactBook(database, silentLog());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wait for the database, in the order in which they came', async () => {
    note(1, 'old');
    note(2, 'old');
    const writing = book.flush();
    note(1, 'new');
    await writing;
    state.error = null;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state.written).toEqual([
      [device(1), 'old'],
      [device(2), 'old'],
      [device(1), 'new'],
    ]);
    await book.flush();
    expect(state.written.length).toBe(3);
  });

  it('are tried again every two seconds, however many devices call meanwhile', async () => {
    for (let i = 0; i < 1_000; i += 1) {
      note(i, 'x');
      await vi.advanceTimersByTimeAsync(4);
    }
    expect(state.tries).toBeLessThan(5);
    state.error = null;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state.written.length).toBe(1_000);
  });

  it('never become more than twenty thousand', async () => {
    for (let i = 0; i < 20_500; i += 1) note(i, 'x');
    await book.flush();
    note(20_501, 'x');
    state.error = null;
    await book.flush();
    expect(state.written.length).toBe(20_000);
  });

  it('are given up when the program stops', async () => {
    note(1, 'x');
    await book.beforeApplicationShutdown();
    const { tries } = state;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.tries).toBe(tries);
  });

  it('are given up when it is they that PostgreSQL refuses', async () => {
    state.error = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    note(1, 'bad');
    await book.flush();
    state.error = null;
    note(2, 'good');
    await book.flush();
    expect(state.written).toEqual([[device(2), 'good']]);
  });
});
