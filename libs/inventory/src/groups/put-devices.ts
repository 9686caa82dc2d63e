import type { Transaction } from '@entrepot/platform-messaging';
import type { SelectedDevices } from './group-selection.js';
import type { MembersChanged } from './group-view.js';
import type { Group, MemberOrigin } from './group.js';
import { publishMemberships, type MembershipChange } from './publish-memberships.js';

interface PutRow {
  readonly deviceId: string;
  readonly name: string;
  /** Null when it had nothing to do with the group. */
  readonly before: MemberOrigin | null;
}

/** The condition of the selected devices begins with this parameter. */
export const PUT_PARAMETER = 4;

/**
 * Puts active devices into a group by hand, or keeps them out; whatever they were to it before. In a transaction that
 * holds the group's lock.
 */
export async function putDevices(
  tx: Transaction,
  group: Group,
  origin: 'included' | 'excluded',
  selected: SelectedDevices,
): Promise<MembersChanged> {
  const rows: PutRow[] = await tx.manager.query(put(selected.condition), [
    ...[group.id, origin, group.now],
    ...selected.parameters,
  ]);
  const member = origin === 'included';
  const changes = rows
    .filter(({ before }) => (before === 'matched' || before === 'included') !== member)
    .map(({ deviceId, name }): MembershipChange => ({ deviceId, name, member }));
  await publishMemberships(tx, group, changes);
  return countChanges(changes);
}

/** How many came and how many left. */
export function countChanges(changes: readonly MembershipChange[]): MembersChanged {
  const added = changes.filter(({ member }) => member).length;
  return { added, removed: changes.length - added };
}

const put = (condition: string): string => `
  WITH changed AS (
    INSERT INTO group_member AS m (group_id, device_id, origin, since)
    SELECT $1, d.id, $2, $3 FROM device d WHERE d.state = 'active' AND (${condition}) ORDER BY d.id
    ON CONFLICT (group_id, device_id) DO UPDATE SET origin = excluded.origin, since = excluded.since
      WHERE m.origin <> excluded.origin
    RETURNING m.device_id, old.origin AS before
  )
  SELECT d.id AS "deviceId", d.name, c.before FROM changed c JOIN device d ON d.id = c.device_id`;
