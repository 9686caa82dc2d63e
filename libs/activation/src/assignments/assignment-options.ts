import type { PackageId } from '@entrepot/kernel';
import type { Repetition } from '../attempts/repetition.js';

/** How the package is to be installed (OCS-PROTOCOL.md §2.5, PACK attributes), after which other one, and how often. */
export interface AssignmentOptions {
  readonly force: boolean;
  /** `YYYY/MM/DD HH:MM`, local time of the agent. */
  readonly schedule: string | null;
  readonly postCommand: string | null;
  /** Offered only once this package has succeeded on the device. */
  readonly afterPackageId: PackageId | null;
  readonly repeat: Repetition | null;
}
