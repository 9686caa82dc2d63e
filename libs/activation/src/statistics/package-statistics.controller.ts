import type { PackageId } from '@entrepot/kernel';
import { apiOk, zodParam } from '@entrepot/platform-http';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { packageIdSchema } from '../id.schemas.js';
import { ExportDeliveries } from './export-deliveries.js';
import { PackageStatistics } from './package-statistics.js';
import { packageStatisticsSchema, type PackageStatisticsView } from './statistics.schemas.js';

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageStatisticsController {
  constructor(
    private readonly statistics: PackageStatistics,
    private readonly exporting: ExportDeliveries,
  ) {}

  @Get(':id/statistics')
  @ApiOperation({ summary: 'Count what became of a package' })
  @apiOk(packageStatisticsSchema)
  show(@Param('id', zodParam(packageIdSchema)) id: PackageId): Promise<PackageStatisticsView> {
    return this.statistics.execute(id);
  }

  @Get(':id/statistics.csv')
  @ApiOperation({
    summary: 'Write every attempt to bring a package to a device as CSV, in UTF-8 with headers',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'The lines, as they are found.' })
  async export(@Param('id', zodParam(packageIdSchema)) id: PackageId): Promise<StreamableFile> {
    return new StreamableFile(await this.exporting.execute(id), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="deliveries-${id}.csv"`,
    });
  }
}
