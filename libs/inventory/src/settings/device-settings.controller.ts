import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, pageOf, zodBody, zodParam, type Page } from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeOverride } from './change-override.js';
import { contactPlan, type ContactPlan } from './contact-plan.js';
import { effectiveSetting, type EffectiveSetting } from './effective-setting.js';
import type { SettingOwner } from './override-store.js';
import { newValue, type NewValue } from './settings.controller.js';
import { ShowContactPlan } from './show-contact-plan.js';
import { ShowEffectiveSettings } from './show-effective-settings.js';

const deviceId = z.uuid();

@ApiTags('devices')
@ApiBearerAuth()
@ApiParam({ name: 'id', description: 'The device' })
@ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND, INVENTORY_SETTING_NOT_FOUND' })
@Controller('api/v1/devices/:id')
export class DeviceSettingsController {
  constructor(
    private readonly show: ShowEffectiveSettings,
    private readonly change: ChangeOverride,
    private readonly plan: ShowContactPlan,
  ) {}

  @Get('settings')
  @ApiOperation({ summary: 'Show the settings of a device and where each value comes from' })
  @apiOk(pageOf(effectiveSetting))
  list(@Param('id', zodParam(deviceId)) id: string): Promise<Page<EffectiveSetting>> {
    return this.show.list(device(id));
  }

  @Put('settings/:key')
  @ApiOperation({ summary: 'Give a device a value of its own' })
  @apiBody(newValue)
  @apiOk(effectiveSetting)
  @ApiBadRequestResponse({ description: 'INVENTORY_SETTING_INVALID, INVENTORY_SETTING_GLOBAL' })
  set(
    @Param('id', zodParam(deviceId)) id: string,
    @Param('key') key: string,
    @Body(zodBody(newValue)) body: NewValue,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EffectiveSetting> {
    return this.change.set(principal, device(id), key, body.value);
  }

  @Delete('settings/:key')
  @ApiOperation({ summary: 'Take its own value from a device' })
  @apiOk(effectiveSetting)
  reset(
    @Param('id', zodParam(deviceId)) id: string,
    @Param('key') key: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EffectiveSetting> {
    return this.change.reset(principal, device(id), key);
  }

  @Get('contact-plan')
  @ApiOperation({ summary: 'Say when a device will call and send its next inventory, and why' })
  @apiOk(contactPlan)
  contactPlan(@Param('id', zodParam(deviceId)) id: string): Promise<ContactPlan> {
    return this.plan.execute(id.toLowerCase());
  }
}

function device(id: string): SettingOwner {
  return { level: 'device', id: id.toLowerCase() };
}
