import { parseUuid, type AccountId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';

/**
 * The account that calls. The guard hands on what this context said of the token, as plain text.
 * @throws Error when the text is no id of ours
 */
export function accountIdOf({ accountId }: Principal): AccountId {
  const id = parseUuid<AccountId>(accountId);
  if (id === null) throw new Error('The principal has no account id.');
  return id;
}
