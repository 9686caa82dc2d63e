import { Clock, type AssignmentId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { beginDelivery } from '../attempts/begin-delivery.js';
import { setAside, supersede } from '../deliveries/delivery.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';
import { AssignmentRepository, type Gift, type GivenAssignment } from './assignment.repository.js';
import { MakeWay } from './make-way.js';

/** Gives activations to devices and begins an attempt of each; what was open of them on a device is superseded. */
@Injectable()
export class StartAttempts {
  constructor(
    private readonly assignments: AssignmentRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly makeWay: MakeWay,
    private readonly clock: Clock,
  ) {}

  /**
   * Merges of devices are held off, and the activations are locked. All assignments are locked before the first
   * delivery, and in the same order by everybody.
   * @param gifts of different activations
   * @returns the new deliveries of each gift
   */
  async execute(tx: Transaction, gifts: readonly Gift[]): Promise<(readonly DeliveryEntity[])[]> {
    const now = this.clock.now();
    const given = new Map<Gift, readonly GivenAssignment[]>();
    const replaced: AssignmentId[] = [];
    for (const gift of [...gifts].sort((a, b) => (a.activationId < b.activationId ? -1 : 1))) {
      if (gift.deviceIds.length === 0) continue;
      given.set(gift, await this.assignments.give(tx.manager, gift, now));
      replaced.push(...(await this.makeWay.execute(tx.manager, gift.activationId, gift.deviceIds)));
    }
    const superseded = await this.supersedeOpen(tx, given, new Set(replaced), now);
    // In the order of the gifts, which is that of the ids, and so that in which they are offered.
    const begun = gifts.map((gift) =>
      (given.get(gift) ?? []).map((assignment) => {
        const { packageId, options, assignedBy } = gift;
        return beginDelivery({ ...assignment, ...options, packageId, assignedBy }, now);
      }),
    );
    const all = begun.flat();
    await this.deliveries.add(tx.manager, all);
    const fileIds = new Map(gifts.map((gift) => [gift.packageId, gift.fileId]));
    publishDeliveries(tx, [...superseded, ...all], ({ packageId }) => fileIds.get(packageId) ?? '', now);
    return begun;
  }

  private async supersedeOpen(
    tx: Transaction,
    given: ReadonlyMap<Gift, readonly GivenAssignment[]>,
    replaced: ReadonlySet<AssignmentId>,
    now: Date,
  ): Promise<DeliveryEntity[]> {
    const again = [...given.values()].flat().map((assignment) => assignment.assignmentId);
    const assignmentIds = [...again, ...replaced];
    const open = await this.deliveries.lockOpenOfAssignments(tx.manager, assignmentIds);
    // Those whose assignment was withdrawn are given again above, so they are no longer among the abandoned.
    for (const { packageId, deviceIds } of given.keys())
      open.push(...(await this.deliveries.lockAbandoned(tx.manager, packageId, deviceIds)));
    const former = new Map(open.map((delivery) => [delivery.deliveryId, delivery]));
    const superseded = [...former.values()].map((delivery) =>
      replaced.has(delivery.assignmentId) ? setAside(delivery, now) : supersede(delivery, now),
    );
    await this.deliveries.saveStatuses(tx.manager, superseded);
    return superseded;
  }
}
