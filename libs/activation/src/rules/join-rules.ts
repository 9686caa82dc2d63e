import type { TargetMessage } from '@entrepot/contracts';
import { Clock, type AssignmentId, type DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { Gift } from '../assignments/assignment.repository.js';
import { StartAttempts } from '../assignments/start-attempts.js';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import { DeviceRepository } from '../devices/device.repository.js';
import type { MergedDevices } from '../devices/merged-devices.js';
import type { AssignmentRule } from './assignment-rule.js';
import { AssignmentRuleRepository, type GivenActivation } from './assignment-rule.repository.js';
import {
  isOvertaken,
  RuleMemberRepository,
  type JoiningMember,
  type RuleMember,
} from './rule-member.repository.js';

/** A device that came to a group or a search. */
export type Comer = Pick<TargetMessage, 'deviceId' | 'name'>;

interface Joining {
  readonly rule: AssignmentRule;
  readonly gift: Gift;
  /** Those who have not been members. */
  readonly newcomers: readonly DeviceId[];
  /** What devices have of the activation already, whoever gave it to them. */
  readonly held: ReadonlyMap<DeviceId, AssignmentId>;
  /** Those who keep what they have. */
  readonly known: readonly JoiningMember[];
}

/** Lets devices have what rules give. A device that has the activation already is only noted as a member. */
@Injectable()
export class JoinRules {
  constructor(
    private readonly rules: AssignmentRuleRepository,
    private readonly members: RuleMemberRepository,
    private readonly devices: DeviceRepository,
    private readonly merges: DeviceMergeRepository,
    private readonly startAttempts: StartAttempts,
    private readonly clock: Clock,
  ) {}

  /**
   * @param rules locked
   * @param toldAt the time of the event that told of it, which does nothing when a later one was told before; null when
   *   the target was asked
   */
  async execute(
    tx: Transaction,
    rules: readonly AssignmentRule[],
    comers: readonly Comer[],
    toldAt: Date | null,
  ): Promise<void> {
    if (rules.length === 0 || comers.length === 0) return;
    await this.merges.holdOff(tx.manager);
    await this.devices.keep(tx.manager, comers, toldAt ?? this.clock.now());
    const deviceIds = comers.map((comer) => comer.deviceId);
    const merged = await this.merges.holders(tx.manager, deviceIds);
    const activationIds = rules.map((rule) => rule.activationId);
    const activations = await this.rules.lockActivations(tx.manager, activationIds);
    const joinings: Joining[] = [];
    for (const rule of rules) {
      const activation = activations.get(rule.activationId);
      if (activation === undefined) continue;
      const joining = await this.joining(tx, rule, activation, { deviceIds, merged, toldAt });
      joinings.push(joining);
    }
    await this.note(tx, joinings, merged, toldAt);
  }

  private async joining(
    { manager }: Transaction,
    rule: AssignmentRule,
    activation: GivenActivation,
    comers: {
      readonly deviceIds: readonly DeviceId[];
      readonly merged: MergedDevices;
      readonly toldAt: Date | null;
    },
  ): Promise<Joining> {
    const { deviceIds, merged, toldAt } = comers;
    const members = await this.members.find(manager, rule.ruleId, deviceIds);
    const memberById = new Map(members.map((member) => [member.deviceId, member]));
    const newcomers = deviceIds.filter((deviceId) => isNew(memberById.get(deviceId), toldAt));
    const known = members.filter((member) => isKnown(member, toldAt));
    const holders = [...new Set(newcomers.map((deviceId) => merged.holderOf(deviceId).deviceId))];
    const rows = await this.members.lockHeld(manager, rule.activationId, holders);
    const held = new Map(rows.map((row) => [row.deviceId, row.assignmentId]));
    const gift = {
      ...activation,
      options: rule,
      deviceIds: holders.filter((deviceId) => !held.has(deviceId)),
      direct: false,
      assignedBy: rule.createdBy,
    };
    return { rule, gift, newcomers, held, known };
  }

  private async note(
    tx: Transaction,
    joinings: readonly Joining[],
    merged: MergedDevices,
    toldAt: Date | null,
  ): Promise<void> {
    const begun = await this.startAttempts.execute(
      tx,
      joinings.map((joining) => joining.gift),
    );
    for (const [index, { rule, newcomers, held, known }] of joinings.entries()) {
      const given = new Map(begun[index]?.map((delivery) => [delivery.deviceId, delivery.assignmentId]));
      const joined = newcomers.flatMap((deviceId) => {
        const holder = merged.holderOf(deviceId).deviceId;
        const assignmentId = held.get(holder) ?? given.get(holder);
        return assignmentId === undefined ? [] : [{ deviceId, assignmentId }];
      });
      await this.members.join(tx.manager, rule.ruleId, [...joined, ...known], toldAt);
    }
  }
}

function isNew(member: RuleMember | undefined, toldAt: Date | null): boolean {
  if (member === undefined) return true;
  return member.leftAt !== null && !member.excluded && !isOvertaken(member, toldAt);
}

/** Members of whom an event tells again, and those from whom somebody withdrew what the rule would give them now. */
function isKnown(member: RuleMember, toldAt: Date | null): member is RuleMember & JoiningMember {
  if (member.assignmentId === null || isOvertaken(member, toldAt)) return false;
  return member.leftAt === null ? toldAt !== null : member.excluded;
}
