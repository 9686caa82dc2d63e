import type { Api } from './api.js';
import { Failure } from './failure.js';
import { plainText } from './table.js';

export const SETS_PATH = '/api/v1/package-sets';

/** What commands read of a package set. */
export interface SetView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly inOrder: boolean;
  readonly packages: readonly {
    readonly packageId: string;
    readonly name: string;
    readonly version: number;
  }[];
}

/**
 * Finds a package set by its id or its name.
 * @throws Failure when there is none
 */
export async function findSet(api: Api, text: string): Promise<SetView> {
  const wanted = text.toLowerCase();
  const items = await api.all<SetView>(SETS_PATH);
  const found = items.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (found === undefined)
    throw new Failure(`There is no package set "${plainText(text)}". "entrepot sets" lists them.`);
  return found;
}
