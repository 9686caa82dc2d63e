import type { PackageId } from '@entrepot/kernel';
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
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { packageIdSchema } from '../id.schemas.js';
import { ArchiveDeliveries } from './archive-deliveries.js';
import {
  archiveDeliveriesSchema,
  archiveViewSchema,
  type ArchiveDeliveriesInput,
  type ArchiveView,
} from './archive.schemas.js';
import { archiveView, ListArchives } from './list-archives.js';

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageArchivesController {
  constructor(
    private readonly archiveDeliveries: ArchiveDeliveries,
    private readonly listArchives: ListArchives,
  ) {}

  @Post(':id/archives')
  @ApiOperation({ summary: 'Put deliveries of a package away; they can be put back' })
  @apiBody(archiveDeliveriesSchema)
  @apiCreated(archiveViewSchema)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(packageIdSchema)) id: PackageId,
    @Body(zodBody(archiveDeliveriesSchema)) { kind }: ArchiveDeliveriesInput,
  ): Promise<ArchiveView> {
    return archiveView(await this.archiveDeliveries.execute(principal, id, kind));
  }

  @Get(':id/archives')
  @ApiOperation({ summary: 'List what was put away of a package, newest first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(archiveViewSchema))
  list(
    @Param('id', zodParam(packageIdSchema)) id: PackageId,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<ArchiveView>> {
    return this.listArchives.execute(id, query);
  }
}
