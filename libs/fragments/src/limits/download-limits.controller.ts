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
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeDownloadLimits } from './change-download-limits.js';
import {
  downloadLimitBody,
  downloadLimitView,
  type DownloadLimitBody,
  type DownloadLimitView,
} from './download-limit.schemas.js';
import { ShowDownloadLimits } from './show-download-limits.js';

const limitId = z.uuid().toLowerCase();

@ApiTags('download-limits')
@ApiBearerAuth()
@Controller('api/v1/download-limits')
export class DownloadLimitsController {
  constructor(
    private readonly limits: ShowDownloadLimits,
    private readonly changes: ChangeDownloadLimits,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List how much each network may fetch, newest first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(downloadLimitView))
  list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<DownloadLimitView>> {
    return this.limits.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show the limit of a network' })
  @apiOk(downloadLimitView)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_LIMIT_NOT_FOUND' })
  one(@Param('id', zodParam(limitId)) id: string): Promise<DownloadLimitView> {
    return this.limits.one(id);
  }

  @Post()
  @ApiOperation({
    summary: 'Limit how much a network may fetch',
    description:
      'The smallest network that an address is in counts alone. Fragments are limited, info files never. ' +
      'What is too much is answered with 503, and agents come back.',
  })
  @apiBody(downloadLimitBody)
  @apiCreated(downloadLimitView)
  @ApiConflictResponse({ description: 'FRAGMENTS_LIMIT_NETWORK_TAKEN' })
  create(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(downloadLimitBody)) body: DownloadLimitBody,
  ): Promise<DownloadLimitView> {
    return this.changes.create(principal, body);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change the limit of a network; in force everywhere within seconds' })
  @apiBody(downloadLimitBody)
  @apiOk(downloadLimitView)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_LIMIT_NOT_FOUND' })
  @ApiConflictResponse({ description: 'FRAGMENTS_LIMIT_NETWORK_TAKEN' })
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(limitId)) id: string,
    @Body(zodBody(downloadLimitBody)) body: DownloadLimitBody,
  ): Promise<DownloadLimitView> {
    return this.changes.update(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove the limit of a network' })
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiNotFoundResponse({ description: 'FRAGMENTS_LIMIT_NOT_FOUND' })
  remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(limitId)) id: string,
  ): Promise<void> {
    return this.changes.delete(principal, id);
  }
}
