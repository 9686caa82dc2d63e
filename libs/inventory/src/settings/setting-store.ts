import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { parseSettingValue } from './parse-setting-value.js';
import {
  defaultSettings,
  parseSettingKey,
  type SettingKey,
  type SettingValue,
  type SettingValues,
} from './settings.registry.js';

/** A change made by another process is seen after this time at the latest. */
const FRESH_MS = 500;

interface StoredSetting {
  readonly key: string;
  readonly value: unknown;
}

/** The settings that somebody has changed, and a short-lived copy of all of them for PROLOGs. */
@Injectable()
export class SettingStore {
  private copy: { readonly values: SettingValues; readonly staleAt: number } | null = null;
  private loading: Promise<SettingValues> | null = null;
  private generation = 0;

  /** Keys whose stored values are no values of theirs, so that each is complained of once. */
  private readonly unusable = new Set<SettingKey>();

  constructor(
    private readonly database: DataSource,
    private readonly log: Log,
  ) {}

  /** Every setting; at most half a second old when another process changes one. */
  async current(): Promise<SettingValues> {
    if (this.copy !== null && performance.now() < this.copy.staleAt) return this.copy.values;
    if (this.loading === null) {
      const loading = this.refresh(this.generation).finally(() => {
        if (this.loading === loading) this.loading = null;
      });
      this.loading = loading;
    }
    return this.loading;
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.generation += 1;
    this.copy = null;
    this.loading = null;
  }

  /** Reads them all; a value that does not suit its setting is logged, and counts as not stored. */
  async load(): Promise<{ readonly values: SettingValues; readonly changed: ReadonlySet<SettingKey> }> {
    const rows: StoredSetting[] = await this.database.query('SELECT key, value FROM setting');
    const values: Record<string, SettingValue> = { ...defaultSettings() };
    const changed = new Set<SettingKey>();
    for (const row of rows) {
      const key = parseSettingKey(row.key);
      if (key === null) continue;
      const value = this.read(key, row.value);
      if (value === null) continue;
      values[key] = value;
      changed.add(key);
    }
    return { values: values as unknown as SettingValues, changed };
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

  /** One bad row must not keep every agent from its answer: null, and the default stays. */
  private read(key: SettingKey, stored: unknown): SettingValue | null {
    try {
      const value = parseSettingValue(key, stored);
      this.unusable.delete(key);
      return value;
    } catch (error) {
      if (!this.unusable.has(key)) {
        this.log.error({ key, err: error }, 'A stored setting is not usable; its default counts');
      }
      this.unusable.add(key);
      return null;
    }
  }

  private async refresh(generation: number): Promise<SettingValues> {
    const { values } = await this.load();
    // What was read before a change of this process must not be kept after it.
    if (generation === this.generation) this.copy = { values, staleAt: performance.now() + FRESH_MS };
    return values;
  }
}
