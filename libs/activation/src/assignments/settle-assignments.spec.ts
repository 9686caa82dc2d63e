import type { ActivationId, AssignmentId, DeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { MergedDevices } from '../devices/merged-devices.js';
import { settleAssignments, type PlacedAssignment } from './settle-assignments.js';

/** Assignment `s-<target>` of one activation. */
function given(target: string, state: Partial<PlacedAssignment> = {}): PlacedAssignment {
  return {
    assignmentId: `s-${target}` as AssignmentId,
    activationId: 'app' as ActivationId,
    targetId: target as DeviceId,
    deviceId: target as DeviceId,
    setAsideBy: null,
    withdrawn: false,
    open: true,
    ...state,
  };
}

/** `['y>x']`: y was merged into x by the merge of that name, in this order. */
function merged(...names: string[]): MergedDevices {
  return new MergedDevices(
    names.map((name, minute) => {
      const [absorbed, survivor] = name.split('>');
      const mergedAt = new Date(Date.UTC(2026, 0, 1, 0, minute));
      return { mergeId: name, absorbedId: absorbed as DeviceId, survivorId: survivor as DeviceId, mergedAt };
    }),
  );
}

const at = (deviceId: string): { deviceId: DeviceId } => ({ deviceId: deviceId as DeviceId });

describe('assignments of merged devices', () => {
  it('go to the survivor, and change nothing when they are there', () => {
    const after = settleAssignments([given('y')], merged('y>x'));
    expect(after).toEqual([given('y', at('x'))]);
    expect(settleAssignments(after, merged('y>x'))).toEqual([]);
    expect(settleAssignments(after, merged())).toEqual([given('y')]);
  });

  it('of one activation give way to the one of the survivor', () => {
    expect(settleAssignments([given('y'), given('x')], merged('y>x'))).toEqual([
      given('y', { ...at('x'), setAsideBy: 'y>x' }),
    ]);
  });

  it('of different activations stay side by side', () => {
    const other = given('x', { activationId: 'other' as ActivationId });
    expect(settleAssignments([given('y'), other], merged('y>x'))).toEqual([given('y', at('x'))]);
  });

  it.each([
    ['was withdrawn from the survivor', { withdrawn: true }],
    ['has ended there', { open: false }],
  ])('take the place of one that %s', (_, state) => {
    const own = given('x', state);
    const after = settleAssignments([given('y'), own], merged('y>x'));
    expect(after).toEqual([given('y', at('x')), { ...own, setAsideBy: 'y>x' }]);
    expect(settleAssignments(after, merged())).toEqual([given('y'), own]);
  });

  it('stay aside whatever becomes of the one that took their place', () => {
    const aside = given('y', { ...at('x'), setAsideBy: 'y>x' });
    const ended = given('x', { open: false, withdrawn: true });
    expect(settleAssignments([aside, ended], merged('y>x'))).toEqual([]);
  });

  it('come back one merge after the other', () => {
    const all = [given('z'), given('y'), given('x')];
    const first = settleAssignments(all.slice(0, 2), merged('z>y'));
    expect(first).toEqual([given('z', { ...at('y'), setAsideBy: 'z>y' })]);
    const before = [...first, given('y', { open: false }), given('x')];
    const second = settleAssignments(before, merged('z>y', 'y>x'));
    expect(second).toEqual([
      given('z', { ...at('x'), setAsideBy: 'z>y' }),
      given('y', { ...at('x'), open: false, setAsideBy: 'y>x' }),
    ]);
    expect(settleAssignments([...second, given('x')], merged('z>y'))).toEqual([
      given('z', { ...at('y'), setAsideBy: 'z>y' }),
      given('y', { open: false }),
    ]);
  });

  it('come to rest also when an earlier merge is undone before a later one', () => {
    const before = [
      given('z', { ...at('x'), setAsideBy: 'z>y' }),
      given('y', { ...at('x'), setAsideBy: 'y>x' }),
      given('x'),
    ];
    const after = settleAssignments(before, merged('y>x'));
    expect(after).toEqual([given('z')]);
  });
});
