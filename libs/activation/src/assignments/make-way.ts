import type { ActivationId, AssignmentId, DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import { PlacedAssignmentRepository } from './placed-assignment.repository.js';

/** Lets an assignment of a device's own take the place of one that it holds by a merge. */
@Injectable()
export class MakeWay {
  constructor(
    private readonly merges: DeviceMergeRepository,
    private readonly assignments: PlacedAssignmentRepository,
  ) {}

  /**
   * @param deviceIds devices that are given the activation now
   * @returns ids of what is set aside now; their open deliveries are still to be
   */
  async execute(
    manager: EntityManager,
    activationId: ActivationId,
    deviceIds: readonly DeviceId[],
  ): Promise<AssignmentId[]> {
    const inherited = await this.assignments.lockInherited(manager, activationId, deviceIds);
    if (inherited.length === 0) return [];
    const targetIds = inherited.map((assignment) => assignment.targetId);
    const merged = await this.merges.holders(manager, targetIds);
    await this.assignments.savePlaces(
      manager,
      inherited.map((assignment) => ({
        ...assignment,
        setAsideBy: merged.holderOf(assignment.targetId).mergeId,
      })),
    );
    return inherited.map((assignment) => assignment.assignmentId);
  }
}
