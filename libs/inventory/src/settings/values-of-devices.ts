import { Injectable } from '@nestjs/common';
import { applyOffers, collectOffers, levelsOfDevice, type Overrides } from './own-levels.js';
import { OverrideStore } from './override-store.js';
import { SettingStore } from './setting-store.js';
import type { SettingValues } from './settings.registry.js';

/** What a look-up of a device tells of its settings. */
export interface StoredLevels {
  /** Values that it has of its own, as stored; null without any. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** The groups of which it is a member; null without any. */
  readonly groupIds: readonly string[] | null;
}

const NO_GROUPS: ReadonlyMap<string, Overrides> = new Map();

/** Says what the settings of devices are, from what their look-up told and the copies that PROLOGs are answered by. */
@Injectable()
export class ValuesOfDevices {
  constructor(
    private readonly settings: SettingStore,
    private readonly overrides: OverrideStore,
  ) {}

  /** The settings of one device, given the global ones. */
  async one(device: StoredLevels, global: SettingValues): Promise<SettingValues> {
    if (device.settings === null && device.groupIds === null) return global;
    const groups = device.groupIds === null ? NO_GROUPS : await this.overrides.ofGroups();
    return this.apply(device, global, groups);
  }

  /** The settings of many devices, in their order. */
  async many(devices: readonly StoredLevels[]): Promise<SettingValues[]> {
    const [global, groups] = await Promise.all([this.settings.current(), this.overrides.ofGroups()]);
    return devices.map((device) => this.apply(device, global, groups));
  }

  private apply(
    { settings, groupIds }: StoredLevels,
    global: SettingValues,
    groups: ReadonlyMap<string, Overrides>,
  ): SettingValues {
    const own = settings === null ? null : this.overrides.readOwn(settings);
    return applyOffers(global, collectOffers(levelsOfDevice(own, groupIds, groups)));
  }
}
