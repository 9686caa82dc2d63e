import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiOk, zodParam } from '@entrepot/platform-http';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { archiveIdSchema, archiveViewSchema, type ArchiveView } from './archive.schemas.js';
import { archiveView, ListArchives } from './list-archives.js';
import { RestoreArchive } from './restore-archive.js';

@ApiTags('deliveries')
@ApiBearerAuth()
@Controller('api/v1/delivery-archives')
export class DeliveryArchivesController {
  constructor(
    private readonly listArchives: ListArchives,
    private readonly restoreArchive: RestoreArchive,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'Show deliveries that were put away together' })
  @apiOk(archiveViewSchema)
  one(@Param('id', zodParam(archiveIdSchema)) id: string): Promise<ArchiveView> {
    return this.listArchives.one(id);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put the deliveries of an archive back' })
  @apiOk(archiveViewSchema)
  async restore(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(archiveIdSchema)) id: string,
  ): Promise<ArchiveView> {
    return archiveView(await this.restoreArchive.execute(principal, id));
  }
}
