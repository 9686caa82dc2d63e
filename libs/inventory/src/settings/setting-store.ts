import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { FreshCopy } from './fresh-copy.js';
import {
  defaultSettings,
  type SettingKey,
  type SettingValue,
  type SettingValues,
} from './settings.registry.js';
import { UsableValues, type StoredValue } from './usable-values.js';

/** Every setting as it is for all devices, and which of them somebody has changed. */
export interface LoadedSettings {
  readonly values: SettingValues;
  readonly changed: ReadonlySet<SettingKey>;
}

/** The settings that somebody has changed, and a short-lived copy of all of them for PROLOGs. */
@Injectable()
export class SettingStore {
  private readonly copy = new FreshCopy(async () => (await this.load()).values);

  constructor(
    private readonly database: DataSource,
    private readonly usable: UsableValues,
  ) {}

  /** Every setting; at most half a second old when another process changes one. */
  current(): Promise<SettingValues> {
    return this.copy.current();
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.copy.forget();
  }

  /** Reads them all; a value that does not suit its setting is logged, and counts as not stored. */
  async load(): Promise<LoadedSettings> {
    const rows: StoredValue[] = await this.database.query('SELECT key, value FROM setting');
    const stored = this.usable.read('global', rows);
    const values = { ...defaultSettings(), ...Object.fromEntries(stored) } as unknown as SettingValues;
    return { values, changed: new Set(stored.keys()) };
  }

  async store(manager: EntityManager, key: SettingKey, value: SettingValue): Promise<void> {
    await manager.query(
      `INSERT INTO setting (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = now()`,
      [key, JSON.stringify(value)],
    );
  }

  async remove(manager: EntityManager, key: SettingKey): Promise<void> {
    await manager.query('DELETE FROM setting WHERE key = $1', [key]);
  }
}
