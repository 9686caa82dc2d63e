import type { EventOf, changeRecorded } from '@entrepot/contracts';
import type { Principal } from './principal.js';

type ChangeRecorded = EventOf<typeof changeRecorded>;

/** The name that stands in the trail for what Entrepot did by itself. */
export const SYSTEM_ACCOUNT_NAME = 'system';

/**
 * The payload of `changeRecorded` for a change made now; publish it in the transaction of the change.
 * @param principal who made it, or null for Entrepot itself
 * @param action the operation's name, such as `package.create`
 * @param detail what is worth knowing later; never a secret
 */
export function auditChange(
  principal: Principal | null,
  context: string,
  action: string,
  subjectType: string,
  subjectId: string,
  detail: ChangeRecorded['detail'] = {},
): ChangeRecorded {
  return {
    context,
    accountId: principal?.accountId ?? null,
    accountName: principal?.name ?? SYSTEM_ACCOUNT_NAME,
    action,
    subjectType,
    subjectId,
    detail,
    at: new Date().toISOString(),
  };
}
