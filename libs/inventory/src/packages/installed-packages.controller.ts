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
import { installedPackage, ListInstalledPackages, type InstalledPackage } from './list-installed-packages.js';

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices/:id/installed-packages')
export class InstalledPackagesController {
  constructor(private readonly list: ListInstalledPackages) {}

  @Get()
  @ApiOperation({ summary: 'List the packages that a device has, the newest first' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(installedPackage))
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  all(
    @Param('id', zodParam(z.uuid())) id: string,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<InstalledPackage>> {
    return this.list.execute(id.toLowerCase(), query);
  }
}
