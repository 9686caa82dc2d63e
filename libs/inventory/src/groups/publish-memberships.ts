import { evaluateGroupJob, groupMemberAdded, groupMemberRemoved } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import { noticeDevices } from './device-change.js';

/** A device that came to a group or left it. */
export interface MembershipChange {
  readonly deviceId: string;
  /** The device's name. */
  readonly name: string;
  /** Whether it is a member now. */
  readonly member: boolean;
}

/** More devices than this are not looked at one by one: the groups that depend on theirs are, whole. */
const DEVICES_AT_MOST = 5_000;

/** Tells others who came and who left, and has the groups looked at again whose criteria ask for this one's members. */
export async function publishMemberships(
  tx: Transaction,
  group: { readonly id: string; readonly name: string; readonly now: Date },
  changes: readonly MembershipChange[],
): Promise<void> {
  if (changes.length === 0) return;
  // First, for they would wait until all the others have been carried to the bus.
  await publishDependents(tx, group.id, changes);
  const at = group.now.toISOString();
  for (const { deviceId, name, member } of changes) {
    const event = member ? groupMemberAdded : groupMemberRemoved;
    tx.publish(event, { groupId: group.id, groupName: group.name, deviceId, name, at }, deviceId);
  }
}

async function publishDependents(
  tx: Transaction,
  groupId: string,
  changes: readonly MembershipChange[],
): Promise<void> {
  const dependents: { id: string }[] = await tx.manager.query(
    'SELECT id FROM device_group WHERE refers_to @> ARRAY[$1::uuid] ORDER BY id',
    [groupId],
  );
  if (dependents.length === 0) return;
  if (changes.length <= DEVICES_AT_MOST) {
    const deviceIds = changes.map(({ deviceId }) => deviceId);
    return noticeDevices(tx, deviceIds, { groups: [groupId] });
  }
  for (const { id } of dependents) tx.publish(evaluateGroupJob, { groupId: id, cause: 'members' }, id);
}
