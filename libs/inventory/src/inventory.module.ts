import { inventoryRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { AcceptNotify } from './agents/accept-notify.js';
import { AgentMetrics } from './agents/agent-metrics.js';
import { AgentRequestController } from './agents/agent-request.controller.js';
import { AnswerAgentRequest } from './agents/answer-agent-request.js';
import { AnswerProlog } from './agents/answer-prolog.js';
import { ContactBook } from './agents/contact-book.js';
import { ReadAgentRequest } from './agents/read-agent-request.js';
import { ReportDownload } from './agents/report-download.js';
import { DevicesController } from './devices/devices.controller.js';
import { ListSectionRows } from './devices/list-section-rows.js';
import { ResolveTargets } from './devices/resolve-targets.js';
import { SearchDevices } from './devices/search-devices.js';
import { SetAccountFields } from './devices/set-account-fields.js';
import { ShowDevice } from './devices/show-device.js';
import { AcceptInventory } from './inventories/accept-inventory.js';
import { DeviceTurns } from './inventories/device-turns.js';
import { SoftwareDictionary } from './inventories/software-dictionary.js';
import { DEFAULT_INVENTORY_OPTIONS, INVENTORY_OPTIONS, type InventoryOptions } from './inventory-options.js';
import { InitialSchema1795132800000 } from './migrations/20261120-initial-schema.js';
import { ChangeSetting } from './settings/change-setting.js';
import { SettingStore } from './settings/setting-store.js';
import { SettingsController } from './settings/settings.controller.js';

const database = DatabaseModule.forContext({
  schema: 'inventory',
  entities: [],
  migrations: [InitialSchema1795132800000],
});

/**
 * What agents talk to, and the devices they speak of. Needs the program to provide `activationRpc.token`, and answers
 * `inventoryRpc.token` itself.
 */
@Module({})
export class InventoryModule {
  static forRoot(options: Partial<InventoryOptions> = {}): DynamicModule {
    return {
      module: InventoryModule,
      imports: [database, MessagingModule.forContext('inventory', database)],
      controllers: [AgentRequestController, DevicesController, SettingsController],
      providers: [
        { provide: INVENTORY_OPTIONS, useValue: { ...DEFAULT_INVENTORY_OPTIONS, ...options } },
        { provide: Clock, useClass: SystemClock },
        ...[AnswerAgentRequest, ReadAgentRequest, AnswerProlog, ReportDownload, AcceptNotify],
        ...[AgentMetrics, ContactBook, AcceptInventory, SoftwareDictionary, DeviceTurns],
        ...[SearchDevices, ShowDevice, ListSectionRows, SetAccountFields, ResolveTargets],
        ...[SettingStore, ChangeSetting],
        { provide: inventoryRpc.token, useExisting: ResolveTargets },
      ],
      exports: [inventoryRpc.token],
    };
  }
}
