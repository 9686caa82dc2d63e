import type { ActivationId, AssignmentId, DeviceId, FileId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PlacedAssignment } from './settle-assignments.js';

/** An assignment as a merge of devices finds it. */
export interface MovableAssignment extends PlacedAssignment {
  readonly fileId: FileId;
  /** Number of the latest attempt. */
  readonly attempt: number;
  readonly activationWithdrawn: boolean;
}

/** An assignment that was given to a device that was merged into another one since. */
export type InheritedAssignment = Pick<PlacedAssignment, 'assignmentId' | 'targetId' | 'deviceId'>;

/** The statements that move assignments from device to device. */
@Injectable()
export class PlacedAssignmentRepository {
  /** Locks every assignment that was given to one of the devices, and keeps their activations from being withdrawn. */
  lock(manager: EntityManager, targetIds: readonly DeviceId[]): Promise<MovableAssignment[]> {
    return manager.query(
      `SELECT s.assignment_id AS "assignmentId", s.activation_id AS "activationId", s.target_id AS "targetId",
         s.device_id AS "deviceId", s.set_aside_by AS "setAsideBy", s.withdrawn_at IS NOT NULL AS withdrawn,
         s.attempt, a.withdrawn_at IS NOT NULL AS "activationWithdrawn", p.file_id AS "fileId",
         EXISTS (SELECT 1 FROM delivery d WHERE d.assignment_id = s.assignment_id AND d.attempt = s.attempt
           AND (d.state IN ('waiting', 'notified') OR d.set_aside)) AS open
       FROM assignment s
       JOIN activation a ON a.activation_id = s.activation_id
       JOIN package p ON p.package_id = a.package_id
       WHERE s.target_id = ANY ($1::uuid[])
       ORDER BY a.activation_id, s.assignment_id
       FOR UPDATE OF s FOR SHARE OF a`,
      [targetIds],
    );
  }

  async savePlaces(
    manager: EntityManager,
    assignments: readonly Pick<PlacedAssignment, 'assignmentId' | 'deviceId' | 'setAsideBy'>[],
  ): Promise<void> {
    await manager.query(
      `UPDATE assignment SET device_id = n.device_id, set_aside_by = n.set_aside_by
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n (assignment_id, device_id, set_aside_by)
       WHERE assignment.assignment_id = n.assignment_id`,
      [
        assignments.map((assignment) => assignment.assignmentId),
        assignments.map((assignment) => assignment.deviceId),
        assignments.map((assignment) => assignment.setAsideBy),
      ],
    );
  }

  /** Lets the attempts be where their assignments are. */
  async moveDeliveries(manager: EntityManager, assignmentIds: readonly AssignmentId[]): Promise<void> {
    await manager.query(
      `UPDATE delivery d SET device_id = s.device_id FROM assignment s
       WHERE s.assignment_id = d.assignment_id AND s.assignment_id = ANY ($1::uuid[])
         AND d.device_id <> s.device_id`,
      [assignmentIds],
    );
  }

  /** What devices hold of an activation because other devices were merged into them. */
  lockInherited(
    manager: EntityManager,
    activationId: ActivationId,
    deviceIds: readonly DeviceId[],
  ): Promise<InheritedAssignment[]> {
    return manager.query(
      `SELECT assignment_id AS "assignmentId", target_id AS "targetId", device_id AS "deviceId"
       FROM assignment
       WHERE activation_id = $1 AND device_id = ANY ($2::uuid[]) AND target_id <> device_id
         AND set_aside_by IS NULL
       ORDER BY assignment_id FOR UPDATE`,
      [activationId, deviceIds],
    );
  }
}
