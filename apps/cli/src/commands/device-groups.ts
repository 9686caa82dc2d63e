import type { Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';

interface DeviceGroup {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly origin: string;
  readonly since: string;
}

export function addDeviceGroups(device: Command, open: OpenSession): void {
  device
    .command('groups')
    .description('list the groups of a device, and those that it is kept out of')
    .argument('<device>', 'id or name')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const id = await findDeviceId(session.api, text);
      const items = await session.api.all<DeviceGroup>(`/api/v1/devices/${id}/groups`);
      const rows = items.map((group) => [
        group.name,
        group.kind,
        group.origin,
        formatTime(group.since),
        group.id,
      ]);
      session.show(items, formatTable(['GROUP', 'KIND', 'BECAUSE', 'SINCE', 'ID'], rows));
    });
}
