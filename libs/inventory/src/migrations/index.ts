import { AccountFields1795233600000 } from './20261121-account-fields.js';
import { Contents1795226400000 } from './20261121-contents.js';
import { DeviceStates1795219200000 } from './20261121-device-states.js';
import { Groups1795222800000 } from './20261121-groups.js';
import { Network1795237200000 } from './20261121-network.js';
import { Search1795230000000 } from './20261121-search.js';
import { MaintenanceWindows1795305600000 } from './20261122-maintenance-windows.js';
import { MergeOrder1795309200000 } from './20261122-merge-order.js';
import { InitialSchema1795132800000 } from './20261120-initial-schema.js';

/** In the order in which they run. */
export const MIGRATIONS = [
  InitialSchema1795132800000,
  DeviceStates1795219200000,
  Groups1795222800000,
  Contents1795226400000,
  Search1795230000000,
  AccountFields1795233600000,
  Network1795237200000,
  MaintenanceWindows1795305600000,
  MergeOrder1795309200000,
];
