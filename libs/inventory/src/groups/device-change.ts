import { evaluateDevicesJob } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import type { Dependencies } from '../search/dependencies.js';

/** What may be different about a device, as far as criteria can tell; what is left out is as it was. */
export interface DeviceChange {
  /** Names of sections. */
  readonly sections?: readonly string[];
  /** What is not in a section: name, TAG and the other account fields … */
  readonly device?: boolean;
  /** When it called. */
  readonly contact?: boolean;
  readonly deliveries?: boolean;
  /** Ids of groups that it came to or left. */
  readonly groups?: readonly string[];
  /** Whatever there is: the device is new, back, archived or gone. */
  readonly everything?: boolean;
}

/** Whether criteria may now say something else of the device. */
export function concerns(dependsOn: Dependencies, change: DeviceChange): boolean {
  return (
    change.everything === true ||
    (dependsOn.device && change.device === true) ||
    (dependsOn.contact && change.contact === true) ||
    (dependsOn.deliveries && change.deliveries === true) ||
    (change.sections?.some((section) => dependsOn.sections.has(section)) ?? false) ||
    (change.groups?.some((group) => dependsOn.groups.has(group)) ?? false)
  );
}

const DEVICES_PER_JOB = 1_000;

/**
 * Has the dynamic groups of changed devices looked at again, once the transaction is committed. For changes that no
 * event of ours tells: account fields, archiving, memberships.
 */
export function noticeDevices(
  tx: Transaction,
  deviceIds: readonly string[],
  change: Pick<DeviceChange, 'sections' | 'device' | 'groups' | 'everything'>,
): void {
  for (let from = 0; from < deviceIds.length; from += DEVICES_PER_JOB) {
    const part = deviceIds.slice(from, from + DEVICES_PER_JOB);
    tx.publish(
      evaluateDevicesJob,
      {
        deviceIds: part,
        sections: [...(change.sections ?? [])],
        device: change.device ?? false,
        groups: [...(change.groups ?? [])],
        everything: change.everything ?? false,
      },
      part[0] ?? '',
    );
  }
}
