import type { ModuleParts } from '@entrepot/platform-database';
import { AssignPackage } from './assign-package.js';
import { AssignmentRepository } from './assignment.repository.js';
import { AssignmentsController } from './assignments.controller.js';
import { FindAssignedPackages } from './find-assigned-packages.js';
import { ListAssignments } from './list-assignments.js';
import { MakeWay } from './make-way.js';
import { PlacedAssignmentRepository } from './placed-assignment.repository.js';
import { ResolveAssignmentTargets } from './resolve-assignment-targets.js';
import { StartAttempts } from './start-attempts.js';
import { WithdrawAssignment } from './withdraw-assignment.js';

/** Assignments to devices: given, listed and taken back. */
export const assignmentsParts: ModuleParts = {
  controllers: [AssignmentsController],
  providers: [
    AssignPackage,
    ResolveAssignmentTargets,
    FindAssignedPackages,
    StartAttempts,
    WithdrawAssignment,
    ListAssignments,
    MakeWay,
    AssignmentRepository,
    PlacedAssignmentRepository,
  ],
};
