import { apiOk, pageOf, zodParam, type Page } from '@entrepot/platform-http';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { deviceGroup, type DeviceGroup } from './group-view.js';
import { ListGroupsOfDevice } from './list-groups-of-device.js';

@ApiTags('groups')
@ApiBearerAuth()
@Controller('api/v1/devices/:id/groups')
export class DeviceGroupsController {
  constructor(private readonly list: ListGroupsOfDevice) {}

  @Get()
  @ApiOperation({ summary: 'List the groups of a device, and how it stands to each' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiOk(pageOf(deviceGroup))
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  all(@Param('id', zodParam(z.uuid())) id: string): Promise<Page<DeviceGroup>> {
    return this.list.execute(id.toLowerCase());
  }
}
