import type { ModuleParts } from '@entrepot/platform-database';
import { AcceptInventory } from './accept-inventory.js';
import { CommitInventories } from './commit-inventories.js';
import { DeviceTurns } from './device-turns.js';
import { InventoryBatches } from './inventory-batches.js';
import { PruneChanges } from './prune-changes.js';
import { ResolveSoftware } from './resolve-software.js';
import { SoftwareDictionary } from './software-dictionary.js';

/** How inventories are stored. */
export const inventoriesParts: ModuleParts = {
  controllers: [],
  providers: [
    ...[AcceptInventory, InventoryBatches, CommitInventories, ResolveSoftware],
    ...[SoftwareDictionary, DeviceTurns, PruneChanges],
  ],
};
