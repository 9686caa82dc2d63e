import { Clock, type DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Withdrawal } from '../activations/activation.schemas.js';
import { AssignmentRepository } from '../assignments/assignment.repository.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { WithdrawDeliveries } from '../deliveries/withdraw-deliveries.js';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import type { AssignmentRule } from './assignment-rule.js';
import { AssignmentRuleRepository } from './assignment-rule.repository.js';
import { isOvertaken, RuleMemberRepository, type RuleMember } from './rule-member.repository.js';

/**
 * Takes back what devices have because of a rule alone, as far as they were not told of it. What they were told of
 * stays as it is, also on offer: an agent that has begun is not stopped half-way (AGENT-BEHAVIOUR.md, finding 2).
 */
@Injectable()
export class LeaveRule {
  constructor(
    private readonly rules: AssignmentRuleRepository,
    private readonly members: RuleMemberRepository,
    private readonly assignments: AssignmentRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly withdrawDeliveries: WithdrawDeliveries,
    private readonly merges: DeviceMergeRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Devices have left the group or search of rules.
   * @param rules locked
   * @param toldAt the time of the event that told of it; null when the target was asked
   */
  async execute(
    tx: Transaction,
    rules: readonly AssignmentRule[],
    deviceIds: readonly DeviceId[],
    toldAt: Date | null,
  ): Promise<void> {
    if (rules.length === 0 || deviceIds.length === 0) return;
    const known = new Map<AssignmentRule, readonly RuleMember[]>();
    for (const rule of rules) known.set(rule, await this.members.find(tx.manager, rule.ruleId, deviceIds));
    await this.lockAssignments(tx, rules, [...known.values()].flat());
    for (const [rule, members] of known) {
      const overtaken = new Set(
        members.filter((member) => isOvertaken(member, toldAt)).map((member) => member.deviceId),
      );
      const leaving = deviceIds.filter((deviceId) => !overtaken.has(deviceId));
      await this.members.leave(tx.manager, rule.ruleId, leaving, { at: this.clock.now(), toldAt });
    }
    await this.takeBack(tx, rules, deviceIds);
  }

  /**
   * @param rules locked; those that are withdrawn, or have been left
   * @param deviceIds the devices that may have left them; null: all
   */
  async takeBack(
    tx: Transaction,
    rules: readonly AssignmentRule[],
    deviceIds: readonly DeviceId[] | null,
  ): Promise<Withdrawal> {
    await this.lockAssignments(tx, rules, []);
    const now = this.clock.now();
    const ruleIds = rules.map((rule) => rule.ruleId);
    const forsaken = await this.members.lockForsaken(tx.manager, ruleIds, deviceIds);
    const open = await this.deliveries.lockOpenOfAssignments(
      tx.manager,
      forsaken.map(({ assignmentId }) => assignmentId),
    );
    const untold = [
      ...open.filter((delivery) => delivery.state === 'waiting'),
      ...forsaken.filter(({ waitsAside }) => waitsAside),
    ].map(({ assignmentId }) => assignmentId);
    await this.assignments.markAllWithdrawn(tx.manager, untold, now);
    return this.withdrawDeliveries.execute(tx, open, now);
  }

  /** Whoever withdraws an assignment locks it before he notes that with its members, and so is it done here. */
  private async lockAssignments(
    { manager }: Transaction,
    rules: readonly AssignmentRule[],
    members: readonly RuleMember[],
  ): Promise<void> {
    await this.merges.holdOff(manager);
    await this.rules.lockActivations(
      manager,
      rules.map((rule) => rule.activationId),
    );
    const assignmentIds = members.flatMap(({ assignmentId }) =>
      assignmentId === null ? [] : [assignmentId],
    );
    if (assignmentIds.length > 0) await this.assignments.lockAll(manager, assignmentIds);
  }
}
