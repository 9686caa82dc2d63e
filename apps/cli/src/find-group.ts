import type { Api } from './api.js';
import { Failure } from './failure.js';
import { isUuid } from './identifiers.js';
import { plainText } from './table.js';

/** What commands read of a group. */
export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  readonly members: number;
}

/**
 * The id of a group that is given by its id or its name.
 * @throws Failure when there is none
 */
export async function findGroupId(api: Api, text: string): Promise<string> {
  if (isUuid(text)) return text;
  const wanted = text.toLowerCase();
  const groups = await api.all<GroupView>('/api/v1/groups', { text });
  const found = groups.find((group) => group.name.toLowerCase() === wanted);
  if (found === undefined)
    throw new Failure(`There is no group "${plainText(text)}". "entrepot groups" lists them.`);
  return found.id;
}
