import { changeRecorded, inventoryRpc, type InventoryRpc, type TargetMessage } from '@entrepot/contracts';
import { AppError, Clock, type DeliveryId, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { ActivationEntity } from '../activations/activation.entity.js';
import { ActivationRepository } from '../activations/activation.repository.js';
import { AssignmentRepository, type AssignmentOptions } from './assignment.repository.js';
import type { Assigned, AssignPackageInput } from './assignment.schemas.js';
import { setAside, supersede, WAITING } from '../deliveries/delivery.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import { DeviceRepository } from '../devices/device.repository.js';
import { ERRORS } from '../errors.js';
import { MakeWay } from './make-way.js';
import { newId } from '../new-id.js';
import { PackageRepository } from '../packages/package.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';

const UNKNOWN_NAMED_MAX = 20;

/** Gives an activation to devices; a device that has it gets a new attempt. */
@Injectable()
export class AssignPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly activations: ActivationRepository,
    private readonly assignments: AssignmentRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly packages: PackageRepository,
    private readonly devices: DeviceRepository,
    private readonly merges: DeviceMergeRepository,
    private readonly makeWay: MakeWay,
    private readonly clock: Clock,
    @Inject(inventoryRpc.token) private readonly inventory: InventoryRpc,
  ) {}

  /**
   * All devices or none.
   * @throws AppError ACTIVATION_DEVICE_UNKNOWN naming the devices that inventory does not know
   * @throws AppError ACTIVATION_NOT_FOUND
   */
  async execute(principal: Principal, input: AssignPackageInput): Promise<Assigned> {
    const targets = await this.resolve([...new Set(input.deviceIds)]);
    return this.outbox.transaction(async (tx) => {
      await this.merges.holdOff(tx.manager);
      const activation = await this.activations.lock(tx.manager, input.activationId, 'share');
      if (activation === null)
        throw new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${input.activationId}.`, {
          field: 'activationId',
        });
      const made = await this.startAttempts(tx, principal, activation, targets, input);
      const { packageId } = activation;
      const detail = { packageId, devices: made.length, force: input.force };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'assignment.create', 'activation', input.activationId, detail),
        input.activationId,
      );
      const items = made.map(({ assignmentId, deviceId, deliveryId, attempt }) => ({
        assignmentId,
        deviceId,
        deliveryId,
        attempt,
      }));
      return { items, total: items.length };
    });
  }

  private async resolve(deviceIds: readonly DeviceId[]): Promise<readonly TargetMessage[]> {
    const { devices } = await this.inventory.resolveTargets({
      deviceIds,
      groupIds: [],
      searchIds: [],
    });
    const known = new Set(devices.map((device) => device.deviceId));
    const unknown = deviceIds.filter((deviceId) => !known.has(deviceId));
    if (unknown.length === 0) return devices;
    const named = unknown.slice(0, UNKNOWN_NAMED_MAX);
    const more = unknown.length > named.length ? ` and ${unknown.length - named.length} more` : '';
    throw new AppError(
      ERRORS.ACTIVATION_DEVICE_UNKNOWN,
      `Nothing was assigned: inventory does not know ${named.join(', ')}${more}.`,
      { field: 'deviceIds', unknown: named },
    );
  }

  private async startAttempts(
    tx: Transaction,
    principal: Principal,
    activation: ActivationEntity,
    targets: readonly TargetMessage[],
    input: AssignPackageInput,
  ): Promise<DeliveryEntity[]> {
    const now = this.clock.now();
    const { activationId, packageId } = activation;
    const { force, schedule = null, postCommand = null } = input;
    const options: AssignmentOptions = { force, schedule, postCommand };
    await this.devices.keep(tx.manager, targets, now);
    const deviceIds = await this.holders(tx, targets);
    const given = await this.assignments.give(tx.manager, activationId, deviceIds, options, now);
    const replaced = new Set(await this.makeWay.execute(tx.manager, activationId, deviceIds));
    const assignmentIds = [...given.map((assignment) => assignment.assignmentId), ...replaced];
    // Those whose assignment was withdrawn are given again above, so they are no longer among the second.
    const former = [
      ...(await this.deliveries.lockOpenOfAssignments(tx.manager, assignmentIds)),
      ...(await this.deliveries.lockAbandoned(tx.manager, packageId, deviceIds)),
    ];
    const superseded = former.map((delivery) =>
      replaced.has(delivery.assignmentId) ? setAside(delivery, now) : supersede(delivery, now),
    );
    await this.deliveries.saveStatuses(tx.manager, superseded);
    const made = given.map((assignment) => ({
      ...assignment,
      ...options,
      ...WAITING,
      setAside: false,
      deliveryId: newId<DeliveryId>(),
      packageId,
      assignedBy: principal.name,
      createdAt: now,
    }));
    await this.deliveries.add(tx.manager, made);
    const built = await this.packages.find(tx.manager, packageId);
    publishDeliveries(tx, [...superseded, ...made], () => built?.fileId ?? '', now);
    return made;
  }

  /** Inventory may have merged a device since it was asked; then the package is for the one that is left. */
  private async holders(tx: Transaction, targets: readonly TargetMessage[]): Promise<DeviceId[]> {
    const deviceIds = targets.map((target) => target.deviceId);
    const merged = await this.merges.holders(tx.manager, deviceIds);
    return [...new Set(deviceIds.map((deviceId) => merged.holderOf(deviceId).deviceId))];
  }
}
