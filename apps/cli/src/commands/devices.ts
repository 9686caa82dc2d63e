import type { Command } from 'commander';
import { searchDevices } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';
import { formatTime } from '../time.js';

export function addDevices(program: Command, open: OpenSession): void {
  program
    .command('devices')
    .description('list inventoried devices')
    .option('--search <text>', 'only those that the text is found in')
    .action(async (options: { readonly search?: string }, command: Command) => {
      const session = await open(command);
      const devices = await searchDevices(session.api, options.search);
      const rows = devices.map((device) => [
        device.name,
        device.tag,
        device.osName,
        formatTime(device.lastInventoryAt),
        device.id,
      ]);
      session.show(devices, formatTable(['NAME', 'TAG', 'OS', 'LAST INVENTORY', 'ID'], rows));
    });
}
