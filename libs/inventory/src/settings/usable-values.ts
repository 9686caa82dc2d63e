import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { parseSettingValue } from './parse-setting-value.js';
import { mayHaveOwn, type SettingLevel } from './setting-errors.js';
import { parseSettingKey, type SettingKey, type SettingValue } from './settings.registry.js';

/** A stored key and value, and for which level. */
export interface StoredValue {
  readonly key: string;
  readonly value: unknown;
}

/** Reads stored values of settings. One bad row must not keep every agent from its answer: it counts as not stored. */
@Injectable()
export class UsableValues {
  /** Levels and keys whose stored values are no values of theirs, so that each is complained of once. */
  private readonly unusable = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Leaves out what is of no setting, or of none at that level; of a bad value the first is logged. */
  read(level: SettingLevel, stored: Iterable<StoredValue>): Map<SettingKey, SettingValue> {
    const values = new Map<SettingKey, SettingValue>();
    for (const { key: name, value: raw } of stored) {
      const key = parseSettingKey(name);
      if (key === null || !mayHaveOwn(key, level)) continue;
      const value = this.parse(level, key, raw);
      if (value !== null) values.set(key, value);
    }
    return values;
  }

  private parse(level: SettingLevel, key: SettingKey, stored: unknown): SettingValue | null {
    const complaint = `${level} ${key}`;
    try {
      const value = parseSettingValue(key, stored);
      this.unusable.delete(complaint);
      return value;
    } catch (error) {
      if (!this.unusable.has(complaint))
        this.log.error({ key, level, err: error }, 'A stored setting is not usable and does not count');
      this.unusable.add(complaint);
      return null;
    }
  }
}
