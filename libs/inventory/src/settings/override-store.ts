import type { DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Overrides } from './own-levels.js';
import { FreshCopy } from './fresh-copy.js';
import type { SettingKey, SettingValue } from './settings.registry.js';
import { UsableValues, type StoredValue } from './usable-values.js';

/** Who has a value of its own. */
export interface SettingOwner {
  readonly level: 'device' | 'group';
  readonly id: string;
}

/** A group that has values of its own, and those. */
export interface GroupOverrides {
  readonly id: string;
  readonly name: string;
  readonly overrides: Overrides;
}

interface GroupRow extends StoredValue {
  readonly id: string;
  readonly name: string;
}

/** The values that single devices and groups have of their own, with a short-lived copy of those of all groups. */
@Injectable()
export class OverrideStore {
  private readonly copy = new FreshCopy(() => this.loadGroups());

  constructor(
    private readonly database: DataSource,
    private readonly usable: UsableValues,
  ) {}

  /** The values of every group that has any, by its id; at most half a second old when another process changes one. */
  ofGroups(): Promise<ReadonlyMap<string, Overrides>> {
    return this.copy.current();
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.copy.forget();
  }

  /** Reads what came with a device's look-up: its own values by key. */
  readOwn(stored: Readonly<Record<string, unknown>>): Overrides {
    return this.usable.read(
      'device',
      Object.entries(stored).map(([key, value]) => ({ key, value })),
    );
  }

  async ofDevice(deviceId: DeviceId): Promise<Overrides> {
    const rows: StoredValue[] = await this.database.query(
      'SELECT key, value FROM device_setting WHERE device_id = $1',
      [deviceId],
    );
    return this.usable.read('device', rows);
  }

  /** The groups of a device that have values of their own, in the order of their names. */
  async ofGroupsOf(deviceId: DeviceId): Promise<GroupOverrides[]> {
    return this.readGroups(await this.database.query<GroupRow[]>(SETTINGS_OF_GROUPS_OF_DEVICE, [deviceId]));
  }

  async ofGroup(groupId: string): Promise<Overrides> {
    const rows: StoredValue[] = await this.database.query(
      'SELECT key, value FROM group_setting WHERE group_id = $1',
      [groupId],
    );
    return this.usable.read('group', rows);
  }

  /** Stores a value; resolves with the one before, or undefined. The owner must exist. */
  async store(
    manager: EntityManager,
    { level, id }: SettingOwner,
    key: SettingKey,
    value: SettingValue,
  ): Promise<unknown> {
    const rows: { before: unknown }[] = await manager.query(STORE[level], [id, key, JSON.stringify(value)]);
    return rows[0]?.before ?? undefined;
  }

  /** Removes a value, if there is one. */
  async remove(manager: EntityManager, { level, id }: SettingOwner, key: SettingKey): Promise<void> {
    await manager.query(REMOVE[level], [id, key]);
  }

  private async loadGroups(): Promise<ReadonlyMap<string, Overrides>> {
    const rows: GroupRow[] = await this.database.query(
      `SELECT group_id AS id, '' AS name, key, value FROM group_setting`,
    );
    return new Map(this.readGroups(rows).map(({ id, overrides }) => [id, overrides]));
  }

  private readGroups(rows: readonly GroupRow[]): GroupOverrides[] {
    const groups = new Map<string, { name: string; stored: StoredValue[] }>();
    for (const { id, name, key, value } of rows) {
      const group = groups.get(id);
      if (group === undefined) groups.set(id, { name, stored: [{ key, value }] });
      else group.stored.push({ key, value });
    }
    return [...groups].map(([id, { name, stored }]) => ({
      id,
      name,
      overrides: this.usable.read('group', stored),
    }));
  }
}

const SETTINGS_OF_GROUPS_OF_DEVICE = `
  SELECT g.id, g.name, s.key, s.value
  FROM group_member m JOIN device_group g ON g.id = m.group_id JOIN group_setting s ON s.group_id = g.id
  WHERE m.device_id = $1 AND m.origin <> 'excluded'
  ORDER BY g.name, g.id`;

// What a WITH reads is what was there before the statement.
const storeIn = (table: string, owner: string): string => `
  WITH old AS (SELECT value FROM ${table} WHERE ${owner} = $1 AND key = $2)
  INSERT INTO ${table} (${owner}, key, value, changed_at) VALUES ($1, $2, $3, now())
  ON CONFLICT (${owner}, key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
  RETURNING (SELECT value FROM old) AS before`;

const STORE = {
  device: storeIn('device_setting', 'device_id'),
  group: storeIn('group_setting', 'group_id'),
};

const REMOVE = {
  device: 'DELETE FROM device_setting WHERE device_id = $1 AND key = $2',
  group: 'DELETE FROM group_setting WHERE group_id = $1 AND key = $2',
};
