import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiOk, apiQuery, pageOf, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { DecideDuplicate, pairDetails, type PairDetails } from './decide-duplicate.js';
import { mergeView, pairView, type MergeView, type PairView } from './duplicate-views.js';
import { duplicatesQuery, ListDuplicates, type DuplicatesQuery } from './list-duplicates.js';

const pairId = z.uuid();

@ApiTags('duplicates')
@ApiBearerAuth()
@Controller('api/v1/duplicates')
export class DuplicatesController {
  constructor(
    private readonly duplicates: ListDuplicates,
    private readonly decide: DecideDuplicate,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List pairs of devices that may be one machine, the likeliest first' })
  @apiQuery(duplicatesQuery)
  @apiOk(pageOf(pairView))
  list(@Query(zodQuery(duplicatesQuery)) query: DuplicatesQuery): Promise<Page<PairView>> {
    return this.duplicates.execute(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a pair, with what merging it would do' })
  @ApiParam({ name: 'id', description: 'The pair' })
  @apiOk(pairDetails)
  @ApiNotFoundResponse({ description: 'INVENTORY_DUPLICATE_NOT_FOUND' })
  one(@Param('id', zodParam(pairId)) id: string): Promise<PairDetails> {
    return this.decide.show(id.toLowerCase());
  }

  @Post(':id/merge')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decide that the two are one machine' })
  @ApiParam({ name: 'id', description: 'The pair' })
  @apiOk(mergeView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DUPLICATE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_DUPLICATE_DECIDED, INVENTORY_DEVICE_STATE_…' })
  merge(
    @Param('id', zodParam(pairId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MergeView> {
    return this.decide.merge(principal, id.toLowerCase());
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decide that the two are two machines, for good' })
  @ApiParam({ name: 'id', description: 'The pair' })
  @apiOk(pairView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DUPLICATE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_DUPLICATE_DECIDED' })
  dismiss(
    @Param('id', zodParam(pairId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PairView> {
    return this.decide.dismiss(principal, id.toLowerCase());
  }
}
