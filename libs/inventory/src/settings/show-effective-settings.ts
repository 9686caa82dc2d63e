import { AppError, type DeviceId } from '@entrepot/kernel';
import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import { applyOffers, collectOffers, type OwnLevel } from './own-levels.js';
import { toEffectiveSetting, type EffectiveSetting, type OwnValues } from './effective-setting.js';
import { OverrideStore, type SettingOwner } from './override-store.js';
import { mayHaveOwn } from './setting-errors.js';
import { SettingStore } from './setting-store.js';
import { SETTING_KEYS, type SettingKey, type SettingValues } from './settings.registry.js';

interface NamedLevel extends OwnLevel {
  readonly name: string;
}

/** Answers what the settings of one device or one group are, and where each value comes from. */
@Injectable()
export class ShowEffectiveSettings {
  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
    private readonly overrides: OverrideStore,
  ) {}

  /**
   * Every setting that the device or the group may have a value of its own for.
   * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_GROUP_NOT_FOUND
   */
  async list(owner: SettingOwner): Promise<Page<EffectiveSetting>> {
    const own = await this.ownValues(owner);
    const items = SETTING_KEYS.filter((key) => mayHaveOwn(key, owner.level)).map((key) =>
      toEffectiveSetting(key, own),
    );
    return { items, total: items.length, next: null };
  }

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_GROUP_NOT_FOUND */
  async one(owner: SettingOwner, key: SettingKey): Promise<EffectiveSetting> {
    return toEffectiveSetting(key, await this.ownValues(owner));
  }

  /**
   * What counts for a device, or for one that nobody knows (null), and where its FREQUENCY comes from. Does not look
   * whether the device exists.
   */
  async valuesOf(
    owner: SettingOwner | null,
  ): Promise<{ readonly values: SettingValues; readonly frequency: EffectiveSetting }> {
    const own = await this.readOwn(owner, '');
    const values = applyOffers(own.global.values, own.offers);
    return { values, frequency: toEffectiveSetting('FREQUENCY', own) };
  }

  private async ownValues(owner: SettingOwner): Promise<OwnValues> {
    const [found]: { name: string }[] = await this.database.query(OWNER[owner.level], [owner.id]);
    if (found === undefined) throw ownerNotFound(owner);
    return this.readOwn(owner, found.name);
  }

  private async readOwn(owner: SettingOwner | null, name: string): Promise<OwnValues> {
    const [global, levels] = await Promise.all([this.settings.load(), this.levelsOf(owner, name)]);
    const groupNames = new Map(levels.map((level) => [level.groupId ?? '', level.name]));
    return { offers: collectOffers(levels), groupNames, global };
  }

  /** The levels above the global one that have values, the nearest first. */
  private async levelsOf(owner: SettingOwner | null, name: string): Promise<NamedLevel[]> {
    if (owner === null) return [];
    if (owner.level === 'group')
      return [{ groupId: owner.id, name, overrides: await this.overrides.ofGroup(owner.id) }];
    const deviceId = owner.id as DeviceId;
    const [own, groups] = await Promise.all([
      this.overrides.ofDevice(deviceId),
      this.overrides.ofGroupsOf(deviceId),
    ]);
    return [
      { groupId: null, name, overrides: own },
      ...groups.map((group) => ({ groupId: group.id, name: group.name, overrides: group.overrides })),
    ];
  }
}

/** What is thrown when a device or a group does not exist that a setting is to be of. */
export function ownerNotFound({ level, id }: SettingOwner): AppError {
  return level === 'device'
    ? new AppError(INVENTORY_ERRORS.INVENTORY_DEVICE_NOT_FOUND, 'There is no device of that id.', {
        deviceId: id,
      })
    : new AppError(INVENTORY_ERRORS.INVENTORY_GROUP_NOT_FOUND, 'There is no group of that id.', {
        groupId: id,
      });
}

const OWNER = {
  device: `SELECT name FROM device WHERE id = $1 AND state IN ('active', 'archived')`,
  group: 'SELECT name FROM device_group WHERE id = $1',
};
