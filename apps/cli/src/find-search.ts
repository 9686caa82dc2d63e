import type { Api } from './api.js';
import { Failure } from './failure.js';
import type { DeviceSearch } from './find-device.js';
import { plainText } from './table.js';

/** What commands read of a saved search. */
export interface SavedSearch {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: string;
  /** What POST /api/v1/devices/search takes. */
  readonly search: DeviceSearch;
}

/**
 * Finds a saved search by its id or its name.
 * @throws Failure when there is none, or when several people share one of that name
 */
export async function findSearch(api: Api, text: string): Promise<SavedSearch> {
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
