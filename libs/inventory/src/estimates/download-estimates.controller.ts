import { apiBody, apiOk, zodBody } from '@entrepot/platform-http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  downloadEstimate,
  estimateRequest,
  type DownloadEstimateView,
  type EstimateRequest,
} from './download-estimate.schemas.js';
import { EstimateDownloads } from './estimate-downloads.js';

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/download-estimates')
export class DownloadEstimatesController {
  constructor(private readonly estimates: EstimateDownloads) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Say how an archive would be cut, and how long devices would need for the package; keeps nothing',
  })
  @apiBody(estimateRequest)
  @apiOk(downloadEstimate)
  @ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND' })
  estimate(@Body(zodBody(estimateRequest)) body: EstimateRequest): Promise<DownloadEstimateView> {
    return this.estimates.execute(body);
  }
}
