import type { DeviceId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiOk, uuidOf, zodParam } from '@entrepot/platform-http';
import { Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ArchiveDevice } from './archive-device.js';
import { DeleteDevice } from './delete-device.js';
import { deviceStateView, type DeviceStateView } from './device-state-view.js';
import { RestoreDevice } from './restore-device.js';

const deviceId = uuidOf<DeviceId>();
const STATES =
  'INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED, INVENTORY_DEVICE_STATE_ARCHIVED';

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices')
export class DeviceStatesController {
  constructor(
    private readonly deleting: DeleteDevice,
    private readonly archiving: ArchiveDevice,
    private readonly restoring: RestoreDevice,
  ) {}

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a device; for a day it can be restored' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiOk(deviceStateView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  @ApiConflictResponse({ description: STATES })
  delete(
    @Param('id', zodParam(deviceId)) id: DeviceId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceStateView> {
    return this.deleting.execute(principal, id);
  }

  @Post(':id/archive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Archive a device: lists and groups are without it' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiOk(deviceStateView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  @ApiConflictResponse({ description: STATES })
  archive(
    @Param('id', zodParam(deviceId)) id: DeviceId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceStateView> {
    return this.archiving.execute(principal, id);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Bring back a device that was deleted or archived' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiOk(deviceStateView)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  @ApiConflictResponse({
    description:
      'INVENTORY_DEVICE_STATE_ACTIVE, INVENTORY_DEVICE_STATE_EXPIRED, INVENTORY_DEVICE_STATE_MERGED',
  })
  restore(
    @Param('id', zodParam(deviceId)) id: DeviceId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceStateView> {
    return this.restoring.execute(principal, id);
  }
}
