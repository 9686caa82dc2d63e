import type { AssignmentId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { withdrawalSchema, type Withdrawal } from '../activations/activation.schemas.js';
import { AssignPackage } from './assign-package.js';
import {
  assignedSchema,
  assignmentViewSchema,
  assignPackageSchema,
  type Assigned,
  type AssignmentView,
  type AssignPackageInput,
} from './assignment.schemas.js';
import {
  assignmentIdSchema,
  assignmentRuleIdSchema,
  deviceIdSchema,
  packageIdSchema,
} from '../id.schemas.js';
import { ListAssignments } from './list-assignments.js';
import { WithdrawAssignment } from './withdraw-assignment.js';

const listQuery = pageQuery.extend({
  packageId: packageIdSchema.optional(),
  deviceId: deviceIdSchema.optional(),
  ruleId: assignmentRuleIdSchema.optional(),
});

@ApiTags('assignments')
@ApiBearerAuth()
@Controller('api/v1/assignments')
export class AssignmentsController {
  constructor(
    private readonly assignPackage: AssignPackage,
    private readonly listAssignments: ListAssignments,
    private readonly withdrawAssignment: WithdrawAssignment,
  ) {}

  @Post()
  @ApiOperation({
    summary:
      'Give activations to devices, where giving again makes a new attempt, and to groups and saved searches by rules',
  })
  @apiBody(assignPackageSchema)
  @apiCreated(assignedSchema)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(assignPackageSchema)) body: AssignPackageInput,
  ): Promise<Assigned> {
    return this.assignPackage.execute(principal, body);
  }

  @Get()
  @ApiOperation({
    summary: 'List the assignments that are in force with their latest attempts, newest first',
  })
  @apiQuery(listQuery)
  @apiOk(pageOf(assignmentViewSchema))
  list(@Query(zodQuery(listQuery)) query: z.infer<typeof listQuery>): Promise<Page<AssignmentView>> {
    return this.listAssignments.execute(query);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Withdraw an assignment; says whether the device was told already' })
  @apiOk(withdrawalSchema)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(assignmentIdSchema)) id: AssignmentId,
  ): Promise<Withdrawal> {
    return this.withdrawAssignment.execute(principal, id);
  }
}
