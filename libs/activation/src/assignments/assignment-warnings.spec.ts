import type { TargetMessage } from '@entrepot/contracts';
import type { DeviceId, PackageId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { assignmentWarnings } from './assignment-warnings.js';
import { estimateAssignment } from './estimate-assignment.js';

const PACE = {
  on: true,
  cycleLatency: 60,
  fragLatency: 10,
  periodLatency: 1,
  periodLength: 10,
  timeoutDays: 30,
};
const device = (operatingSystem: string, pace: Partial<TargetMessage['pace']> = {}): TargetMessage => ({
  deviceId: 'd' as DeviceId,
  name: 'pc',
  operatingSystem,
  pace: { ...PACE, ...pace },
});
const one = {
  packageId: 'p' as PackageId,
  name: 'app',
  operatingSystem: 'linux',
  priority: 5,
  damaged: false,
  fragments: 1,
  size: 1,
};

describe('what an assignment warns of', () => {
  it('is nothing where everything fits', () => {
    const windows = { ...one, operatingSystem: 'windows' };
    const options = { schedule: '2030/01/01 00:00', postCommand: 'REBOOT' };
    expect(assignmentWarnings([windows], [device('windows'), device('')], options)).toEqual([]);
  });

  it('is options that only Windows agents obey', () => {
    const options = { schedule: '2030/01/01 00:00', postCommand: 'REBOOT' };
    const words = { en: expect.stringContaining('only Windows'), fr: expect.stringContaining('Windows') };
    expect(assignmentWarnings([one], [], options)).toEqual([
      { code: 'SCHEDULE_IGNORED', packageId: 'p', devices: null, text: words },
      { code: 'POSTCMD_IGNORED', packageId: 'p', devices: null, text: words },
    ]);
  });

  it('is devices that it is not for, or that will never download it', () => {
    const devices = [
      device('linux'),
      device('windows'),
      device('linux', { periodLength: 4 }),
      device('linux', { on: false }),
    ];
    expect(assignmentWarnings([one], devices, {})).toMatchObject([
      { code: 'OPERATING_SYSTEM_DIFFERS', devices: 1 },
      { code: 'PRIORITY_ABOVE_PERIOD', devices: 1 },
      {
        code: 'DOWNLOADS_OFF',
        devices: 1,
        text: { en: expect.stringContaining('app'), fr: expect.any(String) },
      },
    ]);
  });

  it('is bytes that are damaged', () => {
    expect(assignmentWarnings([{ ...one, damaged: true }], [], {})).toMatchObject([
      { code: 'PACKAGE_DAMAGED' },
    ]);
  });
});

describe('the estimate of an assignment', () => {
  it('goes from the quickest device to the slowest, over all packages', () => {
    const slow = device('linux', { cycleLatency: 120 });
    const single = estimateAssignment([one], [device('linux')]);
    const both = estimateAssignment([one, one], [device('linux'), slow]);
    // Two steps, in cycles 5 and 10: nine pauses after cycles and one after a fragment before the second.
    expect(single).toEqual({ devices: 1, fastestSeconds: 550, slowestSeconds: 550, neverDevices: 0 });
    expect(both).toEqual({ devices: 2, fastestSeconds: 1_100, slowestSeconds: 2_180, neverDevices: 0 });
  });

  it('counts who will never have it', () => {
    const off = device('linux', { on: false });
    expect(estimateAssignment([one], [off])).toEqual({
      devices: 1,
      fastestSeconds: null,
      slowestSeconds: null,
      neverDevices: 1,
    });
  });

  it('is not made without devices, or of packages whose fragments are unknown', () => {
    expect(estimateAssignment([one], [])).toBeNull();
    expect(estimateAssignment([{ ...one, fragments: null }], [device('linux')])).toBeNull();
  });
});
