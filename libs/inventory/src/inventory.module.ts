import { inventoryRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { accountFieldsParts } from './account-fields/account-fields.parts.js';
import { agentsParts } from './agents/agents.parts.js';
import { devicesParts } from './devices/devices.parts.js';
import { duplicatesParts } from './duplicates/duplicates.parts.js';
import { estimatesParts } from './estimates/estimates.parts.js';
import { groupsParts } from './groups/groups.parts.js';
import { historyParts } from './history/history.parts.js';
import { inventoriesParts } from './inventories/inventories.parts.js';
import { DEFAULT_INVENTORY_OPTIONS, INVENTORY_OPTIONS, type InventoryOptions } from './inventory-options.js';
import { MIGRATIONS } from './migrations/index.js';
import { networkParts } from './network/network.parts.js';
import { packagesParts } from './packages/packages.parts.js';
import { searchParts } from './search/search.parts.js';
import { settingsParts } from './settings/settings.parts.js';
import { InventoryRpcController } from './targets/inventory-rpc.controller.js';
import { targetsParts } from './targets/targets.parts.js';
import { windowsParts } from './windows/windows.parts.js';

const database = DatabaseModule.forContext({ schema: 'inventory', entities: [], migrations: MIGRATIONS });

// Nest registers routes in this order: what has a fixed word below /devices comes before `devices/:id`.
const PARTS = [
  ...[agentsParts, inventoriesParts, duplicatesParts, searchParts, historyParts],
  ...[devicesParts, accountFieldsParts, groupsParts, networkParts, settingsParts, targetsParts],
  ...[windowsParts, estimatesParts, packagesParts],
];

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
      controllers: PARTS.flatMap((parts) => parts.controllers),
      providers: [
        { provide: INVENTORY_OPTIONS, useValue: { ...DEFAULT_INVENTORY_OPTIONS, ...options } },
        { provide: Clock, useClass: SystemClock },
        ...PARTS.flatMap((parts) => parts.providers),
        { provide: inventoryRpc.token, useExisting: InventoryRpcController },
      ],
      exports: [inventoryRpc.token],
    };
  }
}
