import type { PackageId } from '@entrepot/kernel';
import { apiOk, zodParam } from '@entrepot/platform-http';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { packageStatisticsSchema, type PackageStatisticsView } from '../deliveries/delivery.schemas.js';
import { packageIdSchema } from '../id.schemas.js';
import { PackageStatistics } from './package-statistics.js';

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageStatisticsController {
  constructor(private readonly statistics: PackageStatistics) {}

  @Get(':id/statistics')
  @ApiOperation({ summary: 'Count what became of a package' })
  @apiOk(packageStatisticsSchema)
  show(@Param('id', zodParam(packageIdSchema)) id: PackageId): Promise<PackageStatisticsView> {
    return this.statistics.execute(id);
  }
}
