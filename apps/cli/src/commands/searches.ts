import type { Command } from 'commander';
import { formatDevices } from '../device-table.js';
import { searchDevices } from '../find-device.js';
import { findSearch, type SavedSearch } from '../find-search.js';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

export function addSearches(program: Command, open: OpenSession): void {
  const searches = program
    .command('searches')
    .description('list the searches that were saved')
    .action(async (_options: unknown, command: Command) => {
      const session = await open(command);
      const items = await session.api.all<SavedSearch>('/api/v1/searches');
      const rows = items.map((item) => [item.name, item.visibility, item.description, item.id]);
      session.show(items, formatTable(['NAME', 'FOR', 'DESCRIPTION', 'ID'], rows));
    });
  searches
    .command('run')
    .description('list the devices that a saved search finds')
    .argument('<name>', 'name or id')
    .action(async (name: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const { search } = await findSearch(session.api, name);
      const devices = await searchDevices(session.api, search);
      session.show(devices, formatDevices(devices));
    });
}
