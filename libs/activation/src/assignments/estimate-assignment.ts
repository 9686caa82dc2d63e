import type { TargetMessage } from '@entrepot/contracts';
import { estimateDownload } from '@entrepot/ocs-wire';
import type { AssignmentEstimate } from './assignment.schemas.js';
import type { AssignedPackage } from './find-assigned-packages.js';

type Estimated = Pick<AssignedPackage, 'priority' | 'fragments' | 'size'>;

/**
 * How long the devices will need for the packages, one after the other, going by the pauses that their settings make
 * (OCS-PROTOCOL.md §5.5); what the network and the commands take comes on top.
 * @returns null when there is no device to go by, or the fragments of a package are not known
 */
export function estimateAssignment(
  packages: readonly Estimated[],
  devices: readonly TargetMessage[],
): AssignmentEstimate | null {
  if (devices.length === 0 || packages.some((one) => one.fragments === null)) return null;
  const all = devices.map((device) => secondsOn(device, packages));
  const ever = all.filter((seconds) => seconds !== null);
  return {
    devices: devices.length,
    fastestSeconds: ever.length === 0 ? null : ever.reduce((a, b) => Math.min(a, b)),
    slowestSeconds: ever.length === 0 ? null : ever.reduce((a, b) => Math.max(a, b)),
    neverDevices: all.length - ever.length,
  };
}

function secondsOn({ pace, operatingSystem }: TargetMessage, packages: readonly Estimated[]): number | null {
  let sum = 0;
  for (const { priority, fragments, size } of packages) {
    const { seconds } = estimateDownload({
      pace,
      priority,
      operatingSystem,
      fragments: fragments ?? 0,
      bytes: size ?? 0,
      bytesPerSecond: null,
    });
    if (seconds === null) return null;
    sum += seconds;
  }
  return sum;
}
