import type { SummaryRow } from '../devices/device-view.js';

/** A device as its own columns are read from. */
export type ColumnSource = SummaryRow;

/** The columns of the device itself, as `device.<name>`. */
export const DEVICE_COLUMNS: Readonly<Record<string, (device: ColumnSource) => string | null>> = {
  id: (device) => device.id,
  name: (device) => device.name,
  agentDeviceId: (device) => device.agentDeviceId,
  osName: (device) => device.osName,
  userId: (device) => device.userId,
  ipAddress: (device) => device.ipAddress,
  tag: (device) => device.tag,
  userAgent: (device) => device.userAgent,
  registered: (device) => device.registeredAt.toISOString(),
  lastContact: (device) => device.lastContactAt.toISOString(),
  lastInventory: (device) => device.lastInventoryAt.toISOString(),
};
