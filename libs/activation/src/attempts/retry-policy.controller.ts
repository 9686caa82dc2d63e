import type { PackageId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, zodBody, zodParam } from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { packageIdSchema } from '../id.schemas.js';
import { ChangeRetryPolicy } from './change-retry-policy.js';
import type { KeptRetryPolicy } from './retry-policy.repository.js';
import { retryPolicySchema, type RetryPolicy } from './retry-policy.js';

const retryPolicyView = z.object({ ...retryPolicySchema.shape, changedAt: z.iso.datetime() });
type RetryPolicyView = z.infer<typeof retryPolicyView>;

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages/:id/retry-policy')
export class RetryPolicyController {
  constructor(private readonly changePolicy: ChangeRetryPolicy) {}

  @Get()
  @ApiOperation({ summary: 'Show which failures of a package are tried again by themselves' })
  @apiOk(retryPolicyView)
  async one(@Param('id', zodParam(packageIdSchema)) id: PackageId): Promise<RetryPolicyView> {
    return toView(await this.changePolicy.show(id));
  }

  @Put()
  @ApiOperation({
    summary: 'Say which failures are tried again, how often and after how long; counts for later results',
  })
  @apiBody(retryPolicySchema)
  @apiOk(retryPolicyView)
  async keep(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(packageIdSchema)) id: PackageId,
    @Body(zodBody(retryPolicySchema)) body: RetryPolicy,
  ): Promise<RetryPolicyView> {
    return toView(await this.changePolicy.keep(principal, id, body));
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Let failures be; retries that are waiting already stay' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(packageIdSchema)) id: PackageId,
  ): Promise<void> {
    await this.changePolicy.remove(principal, id);
  }
}

function toView({ policy, changedAt }: KeptRetryPolicy): RetryPolicyView {
  return { ...policy, changedAt: changedAt.toISOString() };
}
