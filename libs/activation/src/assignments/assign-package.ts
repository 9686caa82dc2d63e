import { changeRecorded, type TargetMessage } from '@entrepot/contracts';
import { Clock, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ActivationRepository } from '../activations/activation.repository.js';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import { DeviceRepository } from '../devices/device.repository.js';
import { CreateRules } from '../rules/create-rules.js';
import { RuleMemberRepository } from '../rules/rule-member.repository.js';
import type { AssignmentOptions } from './assignment-options.js';
import { assignmentWarnings } from './assignment-warnings.js';
import type { Gift } from './assignment.repository.js';
import type { Assigned, AssignPackageInput } from './assignment.schemas.js';
import { estimateAssignment } from './estimate-assignment.js';
import { activationNotFound, FindAssignedPackages, type AssignedPackage } from './find-assigned-packages.js';
import { ResolveAssignmentTargets, type AssignmentTargets } from './resolve-assignment-targets.js';
import { StartAttempts } from './start-attempts.js';

/** Gives activations to devices, where one that has it gets a new attempt, and to groups and saved searches by rules. */
@Injectable()
export class AssignPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly resolveTargets: ResolveAssignmentTargets,
    private readonly findPackages: FindAssignedPackages,
    private readonly activations: ActivationRepository,
    private readonly devices: DeviceRepository,
    private readonly merges: DeviceMergeRepository,
    private readonly startAttempts: StartAttempts,
    private readonly createRules: CreateRules,
    private readonly members: RuleMemberRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Everything to all or nothing.
   * @throws AppError ACTIVATION_DEVICE_UNKNOWN, ACTIVATION_TARGET_UNKNOWN naming what inventory does not know
   * @throws AppError ACTIVATION_NOT_FOUND, ACTIVATION_SET_NOT_FOUND, ACTIVATION_SET_NOT_ACTIVATED, ACTIVATION_ORDER_INVALID
   */
  async execute(principal: Principal, input: AssignPackageInput): Promise<Assigned> {
    const targets = await this.resolveTargets.execute(input);
    const packages = await this.findPackages.execute(input);
    return this.outbox.transaction(async (tx) => {
      const rules = await this.createRules.execute(tx, principal, packages, targets.sets, (one) =>
        optionsOf(input, one),
      );
      await this.merges.holdOff(tx.manager);
      // Before the activations, as when devices join rules.
      await this.devices.keep(tx.manager, targets.devices, this.clock.now());
      await this.lockActivations(tx, packages);
      const items = await this.give(tx, principal, input, packages, targets.devices);
      for (const one of packages) record(tx, principal, input, one, targets);
      return {
        items,
        total: items.length,
        rules,
        warnings: assignmentWarnings(packages, targets.sample, input),
        estimate: estimateAssignment(packages, targets.sample),
      };
    });
  }

  private async lockActivations(tx: Transaction, packages: readonly AssignedPackage[]): Promise<void> {
    for (const activationId of packages.map((one) => one.activationId).sort()) {
      const activation = await this.activations.lock(tx.manager, activationId, 'share');
      if (activation === null) throw activationNotFound(activationId);
    }
  }

  private async give(
    tx: Transaction,
    principal: Principal,
    input: AssignPackageInput,
    packages: readonly AssignedPackage[],
    targets: readonly TargetMessage[],
  ): Promise<Assigned['items']> {
    if (targets.length === 0) return [];
    const deviceIds = await this.holders(tx, targets);
    const gifts = packages.map(({ activationId, packageId, fileId, afterPackageId }): Gift => ({
      activationId,
      packageId,
      fileId,
      options: optionsOf(input, { afterPackageId }),
      deviceIds,
      direct: true,
      assignedBy: principal.name,
    }));
    const begun = await this.startAttempts.execute(tx, gifts);
    const assignmentIds = begun.flat().map((delivery) => delivery.assignmentId);
    await this.members.include(tx.manager, assignmentIds);
    return gifts.flatMap(({ activationId }, index) =>
      (begun[index] ?? []).map(({ assignmentId, deviceId, deliveryId, attempt }) => ({
        assignmentId,
        activationId,
        deviceId,
        deliveryId,
        attempt,
      })),
    );
  }

  /** Inventory may have merged a device since it was asked; then the package is for the one that is left. */
  private async holders(tx: Transaction, targets: readonly TargetMessage[]): Promise<DeviceId[]> {
    const deviceIds = targets.map((target) => target.deviceId);
    const merged = await this.merges.holders(tx.manager, deviceIds);
    return [...new Set(deviceIds.map((deviceId) => merged.holderOf(deviceId).deviceId))];
  }
}

function optionsOf(
  input: AssignPackageInput,
  { afterPackageId }: Pick<AssignedPackage, 'afterPackageId'>,
): AssignmentOptions {
  const { force, schedule = null, postCommand = null, repeat = null } = input;
  return { force, schedule, postCommand, afterPackageId, repeat };
}

function record(
  tx: Transaction,
  principal: Principal,
  { force }: AssignPackageInput,
  { activationId, packageId, afterPackageId }: AssignedPackage,
  { devices, sets }: AssignmentTargets,
): void {
  const detail = { packageId, devices: devices.length, rules: sets.length, force, afterPackageId };
  tx.publish(
    changeRecorded,
    auditChange(principal, 'activation', 'assignment.create', 'activation', activationId, detail),
    activationId,
  );
}
