import type { ModuleParts } from '@entrepot/platform-database';
import { ChangeGroupWindows } from './change-group-windows.js';
import { GroupWindowsController } from './group-windows.controller.js';
import { MaintenanceWindowStore } from './maintenance-window-store.js';
import { ShowGroupWindows } from './show-group-windows.js';

/** When devices may be told of new packages. */
export const windowsParts: ModuleParts = {
  controllers: [GroupWindowsController],
  providers: [MaintenanceWindowStore, ShowGroupWindows, ChangeGroupWindows],
};
