import type { ActivationId, AssignmentId, DeviceId } from '@entrepot/kernel';
import type { MergedDevices } from '../devices/merged-devices.js';

/** Where an assignment is, with what decides where it should be. */
export interface PlacedAssignment {
  readonly assignmentId: AssignmentId;
  readonly activationId: ActivationId;
  /** The device that it was given to. */
  readonly targetId: DeviceId;
  /** The device that has it now. */
  readonly deviceId: DeviceId;
  /** The merge for which another assignment of the same activation took its place. */
  readonly setAsideBy: string | null;
  readonly withdrawn: boolean;
  /** Whether an attempt is open, or would be if it were not set aside. */
  readonly open: boolean;
}

/**
 * Puts assignments where the merges in force want them: with the device that holds what belongs to their target. Only
 * one assignment of an activation counts on one device; the others are set aside until the merge that brought them
 * together is undone. One that is in force wins over a withdrawn one, then one with an open attempt (a machine that was
 * installed anew has another id and wants the package again), then that of the device itself.
 * @param assignments all whose target is merged with, or was until now merged with, one another
 * @returns those whose place changes, as they are to be
 */
export function settleAssignments<Assignment extends PlacedAssignment>(
  assignments: readonly Assignment[],
  merged: MergedDevices,
): Assignment[] {
  const groups = new Map<string, Assignment[]>();
  for (const assignment of assignments) {
    const { deviceId } = merged.holderOf(assignment.targetId);
    const key = `${assignment.activationId} ${deviceId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ ...assignment, deviceId }]);
    else group.push({ ...assignment, deviceId });
  }
  const settled = [...groups.values()].flatMap((group) => settleGroup(group, merged));
  const before = new Map(assignments.map((assignment) => [assignment.assignmentId, assignment]));
  return settled.filter((after) => {
    const { deviceId, setAsideBy } = before.get(after.assignmentId) ?? after;
    return deviceId !== after.deviceId || setAsideBy !== after.setAsideBy;
  });
}

/** @param group assignments of one activation that one device holds from now on */
function settleGroup<Assignment extends PlacedAssignment>(
  group: readonly Assignment[],
  merged: MergedDevices,
): Assignment[] {
  const staysAside = ({ setAsideBy }: Assignment): boolean =>
    setAsideBy !== null && merged.stands(setAsideBy);
  const contenders = group.filter((assignment) => !staysAside(assignment));
  // The one that had taken their place is gone with another merge.
  const [winner] = [...(contenders.length > 0 ? contenders : group)].sort(byClaim);
  return group.map((assignment) => {
    if (winner === undefined || assignment === winner) return { ...assignment, setAsideBy: null };
    if (staysAside(assignment)) return assignment;
    const cause = merged.holderOf(assignment.targetId).mergeId ?? merged.holderOf(winner.targetId).mergeId;
    return { ...assignment, setAsideBy: cause };
  });
}

function byClaim(a: PlacedAssignment, b: PlacedAssignment): number {
  return (
    Number(a.withdrawn) - Number(b.withdrawn) ||
    Number(b.open) - Number(a.open) ||
    Number(b.targetId === b.deviceId) - Number(a.targetId === a.deviceId) ||
    (a.assignmentId < b.assignmentId ? -1 : 1)
  );
}
