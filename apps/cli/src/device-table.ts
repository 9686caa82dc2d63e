import type { DeviceView } from './find-device.js';
import { formatTable } from './table.js';
import { formatTime } from './time.js';

/** The table of devices as every list of devices shows it. */
export function formatDevices(devices: readonly DeviceView[]): string {
  const rows = devices.map((device) => [
    device.name,
    device.tag,
    device.osName,
    formatTime(device.lastInventoryAt),
    device.id,
  ]);
  return formatTable(['NAME', 'TAG', 'OS', 'LAST INVENTORY', 'ID'], rows);
}
