import type { ActivationId } from '@entrepot/kernel';
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
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ActivatePackage } from './activate-package.js';
import {
  activatePackageSchema,
  activationPlaceSchema,
  activationViewSchema,
  locationChecksSchema,
  withdrawalSchema,
  type ActivatePackageInput,
  type ActivationPlaceInput,
  type ActivationView,
  type LocationChecks,
  type Withdrawal,
} from './activation.schemas.js';
import { activationIdSchema, packageIdSchema } from '../id.schemas.js';
import { CheckActivation } from './check-activation.js';
import { ListActivations } from './list-activations.js';
import { PlanActivation } from './plan-activation.js';
import { WithdrawActivation } from './withdraw-activation.js';

const listQuery = pageQuery.extend({ packageId: packageIdSchema.optional() });

@ApiTags('activations')
@ApiBearerAuth()
@Controller('api/v1/activations')
export class ActivationsController {
  constructor(
    private readonly activatePackage: ActivatePackage,
    private readonly planActivation: PlanActivation,
    private readonly checkActivation: CheckActivation,
    private readonly listActivations: ListActivations,
    private readonly withdrawActivation: WithdrawActivation,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make a built package available at an info and a fragment location' })
  @apiBody(activatePackageSchema)
  @apiCreated(activationViewSchema)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(activatePackageSchema)) body: ActivatePackageInput,
  ): Promise<ActivationView> {
    return this.listActivations.view(await this.activatePackage.execute(principal, body));
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check what agents would find at two locations, without activating anything' })
  @apiBody(activationPlaceSchema)
  @apiOk(locationChecksSchema)
  async check(@Body(zodBody(activationPlaceSchema)) body: ActivationPlaceInput): Promise<LocationChecks> {
    const checks = await this.planActivation.check(await this.planActivation.execute(body));
    return { ok: checks.every(({ ok }) => ok), checks };
  }

  @Get()
  @ApiOperation({ summary: 'List the activations that are in force, newest first' })
  @apiQuery(listQuery)
  @apiOk(pageOf(activationViewSchema))
  list(@Query(zodQuery(listQuery)) query: z.infer<typeof listQuery>): Promise<Page<ActivationView>> {
    return this.listActivations.execute(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show an activation' })
  @apiOk(activationViewSchema)
  one(@Param('id', zodParam(activationIdSchema)) id: ActivationId): Promise<ActivationView> {
    return this.listActivations.one(id);
  }

  @Post(':id/check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check the locations of an activation again, now' })
  @apiOk(activationViewSchema)
  async checkAgain(@Param('id', zodParam(activationIdSchema)) id: ActivationId): Promise<ActivationView> {
    return this.listActivations.view(await this.checkActivation.execute(id));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Withdraw an activation; says which devices were told already' })
  @apiOk(withdrawalSchema)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(activationIdSchema)) id: ActivationId,
  ): Promise<Withdrawal> {
    return this.withdrawActivation.execute(principal, id);
  }
}
