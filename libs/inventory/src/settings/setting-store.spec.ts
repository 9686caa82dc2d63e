import type { Log, LogFields } from '@entrepot/platform-telemetry';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { SettingStore } from './setting-store.js';
import { UsableValues } from './usable-values.js';

describe('a stored value that does not suit its setting', () => {
  it('leaves the default, costs no other setting, and is logged once with its key', async () => {
    const rows = [
      { key: 'PROLOG_FREQ', value: 'often' },
      { key: 'FREQUENCY', value: 7 },
      { key: 'GONE', value: 1 },
    ];
    const complaints: unknown[] = [];
    const log = { error: ({ key }: LogFields) => complaints.push(key) } as unknown as Log;
    const database = { query: () => Promise.resolve(rows) } as unknown as DataSource;
    const store = new SettingStore(database, new UsableValues(log));
    expect(await store.current()).toMatchObject({ PROLOG_FREQ: 24, FREQUENCY: 7 });
    store.forget();
    expect([...(await store.load()).changed]).toEqual(['FREQUENCY']);
    expect(complaints).toEqual(['PROLOG_FREQ']);
  });
});
