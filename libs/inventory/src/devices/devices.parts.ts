import type { ModuleParts } from '@entrepot/platform-database';
import { DevicesController } from './devices.controller.js';
import { ListSectionRows } from './list-section-rows.js';
import { SearchDevices } from './search-devices.js';
import { SetAccountFields } from './set-account-fields.js';
import { ShowDevice } from './show-device.js';

/** Devices as operators and other contexts see them. */
export const devicesParts: ModuleParts = {
  controllers: [DevicesController],
  providers: [SearchDevices, ShowDevice, ListSectionRows, SetAccountFields],
};
