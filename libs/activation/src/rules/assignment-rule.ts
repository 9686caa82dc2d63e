import type { DeviceSetKind } from '@entrepot/contracts';
import type { ActivationId, Branded, PackageId } from '@entrepot/kernel';
import type { AssignmentOptions } from '../assignments/assignment-options.js';

/** An activation given to whatever devices are in a group or a saved search: a UUID. */
export type AssignmentRuleId = Branded<'AssignmentRuleId'>;

/** A rule that is in force. */
export interface AssignmentRule extends AssignmentOptions {
  readonly ruleId: AssignmentRuleId;
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly targetKind: DeviceSetKind;
  readonly targetId: string;
  readonly createdBy: string;
}
