import type { ModuleParts } from '@entrepot/platform-database';
import { ChangeOverride } from './change-override.js';
import { ChangeSetting } from './change-setting.js';
import { DeviceSettingsController } from './device-settings.controller.js';
import { GroupSettingsController } from './group-settings.controller.js';
import { OverrideStore } from './override-store.js';
import { SettingStore } from './setting-store.js';
import { SettingsController } from './settings.controller.js';
import { ShowContactPlan } from './show-contact-plan.js';
import { ShowEffectiveSettings } from './show-effective-settings.js';
import { UsableValues } from './usable-values.js';
import { ValuesOfDevices } from './values-of-devices.js';

/** Settings and where their values come from. */
export const settingsParts: ModuleParts = {
  controllers: [SettingsController, DeviceSettingsController, GroupSettingsController],
  providers: [
    ...[SettingStore, OverrideStore, UsableValues, ValuesOfDevices, ChangeSetting, ChangeOverride],
    ...[ShowEffectiveSettings, ShowContactPlan],
  ],
};
