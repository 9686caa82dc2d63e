import {
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { fieldChangeView, ListFieldChanges, type FieldChangeView } from './list-field-changes.js';

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices/:id/account-fields')
export class FieldChangesController {
  constructor(private readonly changes: ListFieldChanges) {}

  @Get('history')
  @ApiOperation({ summary: 'List how the administrative values of a device changed, newest first' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(fieldChangeView))
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  history(
    @Param('id', zodParam(z.uuid())) id: string,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<FieldChangeView>> {
    return this.changes.execute(id.toLowerCase(), query);
  }
}
