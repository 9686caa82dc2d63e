import type { ModuleParts } from '../module-parts.js';
import { AcceptInventory } from './accept-inventory.js';
import { DeviceTurns } from './device-turns.js';
import { SoftwareDictionary } from './software-dictionary.js';

/** How inventories are stored. */
export const inventoriesParts: ModuleParts = {
  controllers: [],
  providers: [AcceptInventory, SoftwareDictionary, DeviceTurns],
};
