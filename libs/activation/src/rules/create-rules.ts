import { settleRuleJob, type DeviceSetMessage } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { AssignmentOptions } from '../assignments/assignment-options.js';
import type { Assigned } from '../assignments/assignment.schemas.js';
import type { AssignedPackage } from '../assignments/find-assigned-packages.js';
import { newId } from '../new-id.js';
import type { AssignmentRuleId } from './assignment-rule.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';

/** Makes the rules by which the members of groups and saved searches get activations, and has them settled. */
@Injectable()
export class CreateRules {
  constructor(
    private readonly rules: AssignmentRuleRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * A target that has such a rule keeps it, with the new options for those who join from now on.
   * @returns the rules in force, in the order of the packages
   */
  async execute(
    tx: Transaction,
    principal: Principal,
    packages: readonly AssignedPackage[],
    targets: readonly DeviceSetMessage[],
    optionsOf: (one: AssignedPackage) => AssignmentOptions,
  ): Promise<Assigned['rules']> {
    const createdAt = this.clock.now();
    const wanted = packages.flatMap((one) =>
      targets.map((target) => ({
        ...optionsOf(one),
        ruleId: newId<AssignmentRuleId>(),
        activationId: one.activationId,
        packageId: one.packageId,
        targetKind: target.kind,
        targetId: target.id,
        targetName: target.name,
        createdBy: principal.name,
        createdAt,
      })),
    );
    const standing = new Map<(typeof wanted)[number], AssignmentRuleId>();
    // In one order, so that two requests cannot deadlock.
    const keyOf = (rule: (typeof wanted)[number]): string => `${rule.activationId} ${rule.targetId}`;
    for (const rule of [...wanted].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
      const ruleId = await this.rules.addOrChange(tx.manager, rule);
      standing.set(rule, ruleId);
      tx.publish(settleRuleJob, { ruleId, after: null, members: 0 }, ruleId);
    }
    return wanted.map((rule) => {
      const { activationId, packageId, targetKind, targetId, targetName } = rule;
      return {
        ruleId: standing.get(rule) ?? rule.ruleId,
        activationId,
        packageId,
        targetKind,
        targetId,
        targetName,
      };
    });
  }
}
