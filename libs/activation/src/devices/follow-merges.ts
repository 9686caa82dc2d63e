import type { deviceMerged, deviceRestored, EventOf } from '@entrepot/contracts';
import { Clock, type AssignmentId, type DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { bringBack, changed, setAside, withdraw } from '../deliveries/delivery.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { DeviceMergeRepository } from './device-merge.repository.js';
import { DeviceRepository } from './device.repository.js';
import { deviceIdSchema } from '../id.schemas.js';
import {
  PlacedAssignmentRepository,
  type MovableAssignment,
} from '../assignments/placed-assignment.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';
import { settleAssignments } from '../assignments/settle-assignments.js';

/**
 * Lets assignments and their deliveries be with the device that a merge of devices left, and go back when the merge is
 * undone. Nothing is remembered of a single move: each assignment knows whom it was given to, and all merges in force
 * together say who has it now, so that merges and their undoing may be told in any order.
 */
@Injectable()
export class FollowMerges {
  constructor(
    private readonly merges: DeviceMergeRepository,
    private readonly assignments: PlacedAssignmentRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  /** Two devices turned out to be one. Does nothing when the undoing was told before. */
  async merged(tx: Transaction, event: EventOf<typeof deviceMerged>): Promise<void> {
    const survivorId = deviceIdSchema.parse(event.deviceId);
    const absorbedId = deviceIdSchema.parse(event.absorbedId);
    const at = new Date(event.at);
    await this.merges.lock(tx.manager);
    const { mergeId } = event;
    const stands = await this.merges.keepMerged(tx.manager, { mergeId, survivorId, absorbedId, at });
    await this.devices.rename(tx.manager, { deviceId: survivorId, name: event.name }, at);
    if (stands) await this.settle(tx, [survivorId, absorbedId]);
  }

  /** A device is back; when that is because a merge was undone, what it had goes back to it. */
  async restored(tx: Transaction, event: EventOf<typeof deviceRestored>): Promise<void> {
    const absorbedId = deviceIdSchema.parse(event.deviceId);
    const survivorId = deviceIdSchema.nullable().parse(event.survivorId);
    const at = new Date(event.at);
    const { reason, mergeId } = event;
    if (reason !== 'unmerged' || mergeId === null) return;
    await this.merges.lock(tx.manager);
    await this.devices.rename(tx.manager, { deviceId: absorbedId, name: event.name }, at);
    await this.merges.keepUndone(tx.manager, { mergeId, survivorId, absorbedId, at });
    await this.settle(tx, survivorId === null ? [absorbedId] : [survivorId, absorbedId]);
  }

  private async settle(tx: Transaction, deviceIds: readonly DeviceId[]): Promise<void> {
    const targetIds = await this.merges.around(tx.manager, deviceIds);
    const before = await this.assignments.lock(tx.manager, targetIds);
    if (before.length === 0) return;
    const after = settleAssignments(before, await this.merges.holders(tx.manager, targetIds));
    if (after.length === 0) return;
    await this.assignments.savePlaces(tx.manager, after);
    await this.moveDeliveries(tx, new Map(after.map((assignment) => [assignment.assignmentId, assignment])));
  }

  private async moveDeliveries(
    tx: Transaction,
    assignments: ReadonlyMap<AssignmentId, MovableAssignment>,
  ): Promise<void> {
    const now = this.clock.now();
    const ids = [...assignments.keys()];
    const before = await this.deliveries.lockAllOfAssignments(tx.manager, ids);
    const after = before.map((delivery) => follow(delivery, assignments.get(delivery.assignmentId), now));
    const news = after.filter((delivery, index) => {
      const old = before[index] ?? delivery;
      return old.deviceId !== delivery.deviceId || changed(old, delivery);
    });
    await this.deliveries.saveStatuses(tx.manager, after);
    await this.assignments.moveDeliveries(tx.manager, ids);
    const fileId = ({ assignmentId }: DeliveryEntity): MovableAssignment['fileId'] | '' =>
      assignments.get(assignmentId)?.fileId ?? '';
    publishDeliveries(tx, news, fileId, now);
  }
}

/** What becomes of a delivery where its assignment goes. */
function follow(
  delivery: DeliveryEntity,
  assignment: MovableAssignment | undefined,
  now: Date,
): DeliveryEntity {
  if (assignment === undefined) return delivery;
  const moved = { ...delivery, deviceId: assignment.deviceId };
  if (assignment.setAsideBy !== null) return setAside(moved, now);
  if (delivery.attempt !== assignment.attempt || !delivery.setAside) return moved;
  const back = bringBack(moved);
  return assignment.withdrawn || assignment.activationWithdrawn ? withdraw(back, now) : back;
}
