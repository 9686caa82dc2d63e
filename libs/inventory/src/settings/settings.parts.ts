import type { ModuleParts } from '../module-parts.js';
import { ChangeSetting } from './change-setting.js';
import { SettingStore } from './setting-store.js';
import { SettingsController } from './settings.controller.js';

/** Settings and where their values come from. */
export const settingsParts: ModuleParts = {
  controllers: [SettingsController],
  providers: [SettingStore, ChangeSetting],
};
