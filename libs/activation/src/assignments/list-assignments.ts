import type { AssignmentId, DeviceId, PackageId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AssignmentRuleId } from '../rules/assignment-rule.js';
import { AssignmentRepository, type ListedAssignment } from './assignment.repository.js';
import type { AssignmentView } from './assignment.schemas.js';

/** Shows the assignments that are in force, each with its latest attempt. */
@Injectable()
export class ListAssignments {
  constructor(
    private readonly database: DataSource,
    private readonly assignments: AssignmentRepository,
  ) {}

  async execute(
    query: PageQuery & {
      readonly deviceId?: DeviceId;
      readonly packageId?: PackageId;
      readonly ruleId?: AssignmentRuleId;
    },
  ): Promise<Page<AssignmentView>> {
    const { deviceId = null, packageId = null, ruleId = null } = query;
    const filter = { deviceId, packageId, ruleId };
    const { manager } = this.database;
    const before = beforeId<AssignmentId>(query);
    const rows = await this.assignments.list(manager, filter, before, query.limit + 1);
    return idPage(rows.map(toView), query.limit, await this.assignments.count(manager, filter));
  }
}

function toView({
  assignmentId,
  deliveryId,
  state,
  code,
  held,
  notBefore,
  createdAt,
  ...rest
}: ListedAssignment): AssignmentView {
  const delivery = { id: deliveryId, state, code, held, notBefore: notBefore?.toISOString() ?? null };
  return { id: assignmentId, ...rest, createdAt: createdAt.toISOString(), delivery };
}
