import type { ModuleParts } from '@entrepot/platform-database';
import { DeviceHistoryController } from './device-history.controller.js';
import { ExportDevice } from './export-device.js';
import { ListChanges } from './list-changes.js';
import { ListContacts } from './list-contacts.js';
import { ListDeviceDeliveries } from './list-device-deliveries.js';
import { ShowDocument } from './show-document.js';

/** What has happened to a device: contacts, changes, its last document. */
export const historyParts: ModuleParts = {
  controllers: [DeviceHistoryController],
  providers: [ListContacts, ListChanges, ListDeviceDeliveries, ShowDocument, ExportDevice],
};
