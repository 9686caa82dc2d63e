export { InventoryModule } from './inventory.module.js';
export type { InventoryOptions } from './inventory-options.js';
