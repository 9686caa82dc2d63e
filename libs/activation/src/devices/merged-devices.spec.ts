import type { DeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { MergedDevices, type StandingMerge } from './merged-devices.js';

const merge = (absorbed: string, survivor: string, minute: number): StandingMerge => ({
  mergeId: `${absorbed}→${survivor}`,
  absorbedId: absorbed as DeviceId,
  survivorId: survivor as DeviceId,
  mergedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});
const holder = (merges: readonly StandingMerge[], deviceId: string): string =>
  new MergedDevices(merges).holderOf(deviceId as DeviceId).deviceId;

describe('who holds what belongs to a device', () => {
  it('is the device itself when it was not merged', () => {
    expect(new MergedDevices([]).holderOf('a' as DeviceId)).toEqual({ deviceId: 'a', mergeId: null });
  });

  it('is the last survivor of a chain, by the last merge', () => {
    const merged = new MergedDevices([merge('b', 'c', 2), merge('a', 'b', 1)]);
    expect(merged.holderOf('a' as DeviceId)).toEqual({ deviceId: 'c', mergeId: 'b→c' });
    expect(merged.stands('a→b')).toBe(true);
    expect(merged.stands('a→c')).toBe(false);
  });

  it('goes by the newest merge of a device while the undoing of an earlier one is on its way', () => {
    expect(holder([merge('a', 'c', 2), merge('a', 'b', 1)], 'a')).toBe('c');
  });

  it('comes to an end also in a circle', () => {
    const circle = [merge('a', 'b', 1), merge('b', 'a', 2)];
    expect([holder(circle, 'a'), holder(circle, 'b')]).toEqual(['b', 'a']);
  });
});
