import { apiBody, apiOk, zodBody } from '@entrepot/platform-http';
import { Body, Controller, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  deviceSearch,
  foundDevices,
  SearchDevices,
  type DeviceSearch,
  type FoundDevices,
} from '../devices/search-devices.js';
import { CountDevices, deviceCount, type DeviceCount } from './count-devices.js';
import { deviceFilter, type DeviceFilter } from './device-filter.js';
import {
  ExplainSearch,
  searchExplanation,
  searchToExplain,
  type SearchExplanation,
  type SearchToExplain,
} from './explain-search.js';
import { deviceExport, ExportDevices, type DeviceExport } from './export-devices.js';

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices/search')
export class DeviceSearchController {
  constructor(
    private readonly search: SearchDevices,
    private readonly counting: CountDevices,
    private readonly explaining: ExplainSearch,
    private readonly exporting: ExportDevices,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Find devices, in the order of their names unless another is asked for' })
  @apiBody(deviceSearch)
  @apiOk(foundDevices)
  find(@Body(zodBody(deviceSearch)) body: DeviceSearch): Promise<FoundDevices> {
    return this.search.execute(body);
  }

  @Post('count')
  @HttpCode(200)
  @ApiOperation({ summary: 'Count the devices that a search finds' })
  @apiBody(deviceFilter)
  @apiOk(deviceCount)
  count(@Body(zodBody(deviceFilter)) body: DeviceFilter): Promise<DeviceCount> {
    return this.counting.execute(body);
  }

  @Post('explain')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say in words what is searched, and how many devices each condition finds' })
  @apiBody(searchToExplain)
  @apiOk(searchExplanation)
  explain(@Body(zodBody(searchToExplain)) body: SearchToExplain): Promise<SearchExplanation> {
    return this.explaining.execute(body);
  }

  @Post('export')
  @HttpCode(200)
  @ApiOperation({ summary: 'Write all devices that a search finds as CSV, in UTF-8 with a line of headers' })
  @apiBody(deviceExport)
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'The lines, as they are found.' })
  async export(@Body(zodBody(deviceExport)) body: DeviceExport): Promise<StreamableFile> {
    return new StreamableFile(await this.exporting.execute(body), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: 'attachment; filename="devices.csv"',
    });
  }
}
