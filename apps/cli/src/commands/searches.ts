import type { Command } from 'commander';
import type { Api } from '../api.js';
import { formatDevices } from '../device-table.js';
import { searchDevices, type DeviceSearch } from '../find-device.js';
import { Failure } from '../failure.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';

interface SavedSearch {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: string;
  /** What POST /api/v1/devices/search takes. */
  readonly search: DeviceSearch;
}

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

/** @throws Failure when there is none, or when several people share one of that name */
async function findSearch(api: Api, text: string): Promise<SavedSearch> {
  const searches = await api.all<SavedSearch>('/api/v1/searches');
  const wanted = text.toLowerCase();
  const found = searches.filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  const [first, ...others] = found;
  if (first === undefined)
    throw new Failure(`There is no saved search "${plainText(text)}". "entrepot searches" lists them.`);
  if (others.length > 0)
    throw new Failure(
      `Several searches are called "${plainText(text)}"; give the id: ${found.map(({ id }) => id).join(', ')}.`,
    );
  return first;
}
