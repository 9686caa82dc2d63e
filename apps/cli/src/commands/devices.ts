import type { Command } from 'commander';
import { formatDevices } from '../device-table.js';
import { searchDevices } from '../find-device.js';
import type { OpenSession } from '../program.js';
import { readCriteria } from '../read-criteria.js';

interface DevicesOptions {
  readonly search?: string;
  readonly criteria?: string;
}

export function addDevices(program: Command, open: OpenSession): void {
  program
    .command('devices')
    .description('list inventoried devices')
    .option('--search <text>', 'only those that the text is found in')
    .option('--criteria <file>', 'only those that fit the criteria in a JSON file, or "-" for standard input')
    .action(async (options: DevicesOptions, command: Command) => {
      const session = await open(command);
      const { search: text, criteria: path } = options;
      const criteria = path === undefined ? undefined : await readCriteria(session.terminal, path);
      const devices = await searchDevices(session.api, { text, criteria });
      session.show(devices, formatDevices(devices));
    });
}
