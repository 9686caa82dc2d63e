import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageOf,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { mergeView, type MergeView } from './duplicate-views.js';
import { ListMerges, mergesQuery, type MergesQuery } from './list-merges.js';
import { mergeBody, MergeManually, type MergeBody } from './merge-manually.js';
import { mergePreview, PreviewMerge, type MergePreview } from './preview-merge.js';
import { UndoManually } from './undo-manually.js';

@ApiTags('duplicates')
@ApiBearerAuth()
@Controller('api/v1/merges')
export class MergesController {
  constructor(
    private readonly merges: ListMerges,
    private readonly merging: MergeManually,
    private readonly previewing: PreviewMerge,
    private readonly undoing: UndoManually,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List merges of devices, the newest first' })
  @apiQuery(mergesQuery)
  @apiOk(pageOf(mergeView))
  list(@Query(zodQuery(mergesQuery)) query: MergesQuery): Promise<Page<MergeView>> {
    return this.merges.execute(query);
  }

  @Post()
  @ApiOperation({ summary: 'Make one device of two' })
  @apiBody(mergeBody)
  @apiCreated(mergeView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED' })
  merge(
    @Body(zodBody(mergeBody)) body: MergeBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MergeView> {
    return this.merging.execute(principal, body);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what a merge would do' })
  @apiBody(mergeBody)
  @apiOk(mergePreview)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED' })
  preview(@Body(zodBody(mergeBody)) body: MergeBody): Promise<MergePreview> {
    return this.previewing.execute(body);
  }

  @Post(':id/undo')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make two devices of one again' })
  @ApiParam({ name: 'id', description: 'The merge' })
  @apiOk(mergeView)
  @ApiNotFoundResponse({ description: 'INVENTORY_MERGE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_MERGE_UNDONE, INVENTORY_DEVICE_STATE_DELETED' })
  undo(
    @Param('id', zodParam(z.uuid())) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<MergeView> {
    return this.undoing.execute(principal, id.toLowerCase());
  }
}
