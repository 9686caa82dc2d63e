import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import type { Selection } from './group-selection.js';
import type { MembersChanged } from './group-view.js';
import type { Group } from './group.js';

const IDS_TOLD = 50;

/** Records who changed the members of a group, and how they said which. Each device has an event of its own besides. */
export function auditMembers(
  tx: Transaction,
  principal: Principal,
  action: string,
  group: Group,
  selection: Selection,
  { added, removed }: MembersChanged,
): void {
  const { deviceIds, search } = selection;
  const detail = {
    group: group.name,
    added,
    removed,
    ...(deviceIds && { devices: deviceIds.slice(0, IDS_TOLD).join(', '), ticked: deviceIds.length }),
    ...(search && { search: JSON.stringify(search) }),
  };
  tx.publish(
    changeRecorded,
    auditChange(principal, 'inventory', action, 'group', group.id, detail),
    group.id,
  );
}
