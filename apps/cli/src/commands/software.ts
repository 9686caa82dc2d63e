import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

interface SoftwareView {
  readonly name: string;
  readonly publisher: string;
  readonly version?: string;
  readonly devices: number;
}

export function addSoftware(program: Command, open: OpenSession): void {
  program
    .command('software')
    .description('count on how many devices software is')
    .option('--search <text>', 'only where the name or the publisher contains the text')
    .action(async (options: { readonly search?: string }, command: Command) => {
      const session = await open(command);
      const items = await session.api.all<SoftwareView>('/api/v1/software', { text: options.search });
      const rows = items.map((item) => [item.devices, item.name, item.publisher, item.version]);
      session.show(items, formatTable(['DEVICES', 'NAME', 'PUBLISHER', 'VERSION'], rows));
    });
}
