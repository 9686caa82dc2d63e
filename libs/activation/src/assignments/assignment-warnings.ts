import type { TargetMessage } from '@entrepot/contracts';
import { estimateDownload } from '@entrepot/ocs-wire';
import type { AssignmentWarning, AssignPackageInput } from './assignment.schemas.js';
import type { AssignedPackage } from './find-assigned-packages.js';

type Warned = Pick<AssignedPackage, 'packageId' | 'name' | 'operatingSystem' | 'priority' | 'damaged'>;

/**
 * What will not be as it was wished: options that agents ignore, devices that a package is not for, and devices that
 * will never download it (OCS-PROTOCOL.md §2.5, §5.5).
 * @param devices those that are known of now
 */
export function assignmentWarnings(
  packages: readonly Warned[],
  devices: readonly TargetMessage[],
  options: Pick<AssignPackageInput, 'schedule' | 'postCommand'>,
): AssignmentWarning[] {
  return packages.flatMap((one) => [
    ...optionWarnings(one, options),
    ...deviceWarnings(one, devices),
    ...damageWarnings(one),
  ]);
}

function optionWarnings(
  { packageId, name, operatingSystem }: Warned,
  { schedule, postCommand }: Pick<AssignPackageInput, 'schedule' | 'postCommand'>,
): AssignmentWarning[] {
  if (operatingSystem === 'windows') return [];
  const ignored = (code: AssignmentWarning['code'], en: string, fr: string): AssignmentWarning => ({
    code,
    packageId,
    devices: null,
    text: {
      en: `${name}: only Windows agents obey ${en}.`,
      fr: `${name} : seuls les agents Windows tiennent compte de ${fr}.`,
    },
  });
  return [
    ...(schedule === undefined ? [] : [ignored('SCHEDULE_IGNORED', 'the date', 'la date')]),
    ...(postCommand === undefined
      ? []
      : [ignored('POSTCMD_IGNORED', 'the command that follows', 'la commande qui suit')]),
  ];
}

function deviceWarnings(
  { packageId, name, operatingSystem, priority }: Warned,
  devices: readonly TargetMessage[],
): AssignmentWarning[] {
  const never = (device: TargetMessage): 'priority-above-period' | 'switched-off' | null =>
    estimateDownload({ pace: device.pace, priority, fragments: 0, bytes: 0, bytesPerSecond: null }).never;
  const others = devices.filter(
    (device) => device.operatingSystem !== '' && device.operatingSystem !== operatingSystem,
  ).length;
  const late = devices.filter((device) => never(device) === 'priority-above-period').length;
  const off = devices.filter((device) => never(device) === 'switched-off').length;
  const warning = (
    code: AssignmentWarning['code'],
    count: number,
    en: string,
    fr: string,
  ): AssignmentWarning[] =>
    count === 0
      ? []
      : [{ code, packageId, devices: count, text: { en: `${name}: ${en}`, fr: `${name} : ${fr}` } }];
  return [
    ...warning(
      'OPERATING_SYSTEM_DIFFERS',
      others,
      `${devicesOf(others)} with another operating system than ${operatingSystem}.`,
      `${machinesOf(others)} sous un autre système que ${operatingSystem}.`,
    ),
    ...warning(
      'PRIORITY_ABOVE_PERIOD',
      late,
      `${devicesOf(late)} will never download it, for its priority ${priority} is above the period length there.`,
      `jamais téléchargé par ${machinesOf(late)}, car sa priorité ${priority} y dépasse la longueur de période.`,
    ),
    ...warning(
      'DOWNLOADS_OFF',
      off,
      `downloads are switched off on ${devicesOf(off)}.`,
      `les téléchargements sont désactivés sur ${machinesOf(off)}.`,
    ),
  ];
}

function damageWarnings({ packageId, name, damaged }: Warned): AssignmentWarning[] {
  if (!damaged) return [];
  const text = {
    en: `${name}: stored bytes are damaged; no device is told of it until they are repaired.`,
    fr: `${name} : des octets stockés sont endommagés ; il n'est proposé à aucune machine avant leur réparation.`,
  };
  return [{ code: 'PACKAGE_DAMAGED', packageId, devices: null, text }];
}

function devicesOf(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`;
}

function machinesOf(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}
