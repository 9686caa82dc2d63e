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
import { effectiveSetting, type EffectiveSetting } from './effective-setting.js';
import type { SettingOwner } from './override-store.js';
import { newValue, type NewValue } from './settings.controller.js';
import { ShowEffectiveSettings } from './show-effective-settings.js';

const groupId = z.uuid();

@ApiTags('groups')
@ApiBearerAuth()
@ApiParam({ name: 'id', description: 'The group' })
@ApiNotFoundResponse({ description: 'INVENTORY_GROUP_NOT_FOUND, INVENTORY_SETTING_NOT_FOUND' })
@Controller('api/v1/groups/:id/settings')
export class GroupSettingsController {
  constructor(
    private readonly show: ShowEffectiveSettings,
    private readonly change: ChangeOverride,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Show the settings of a group and where each value comes from' })
  @apiOk(pageOf(effectiveSetting))
  list(@Param('id', zodParam(groupId)) id: string): Promise<Page<EffectiveSetting>> {
    return this.show.list(group(id));
  }

  @Put(':key')
  @ApiOperation({ summary: 'Give the devices of a group a value of their own' })
  @apiBody(newValue)
  @apiOk(effectiveSetting)
  @ApiBadRequestResponse({ description: 'INVENTORY_SETTING_INVALID, INVENTORY_SETTING_GLOBAL' })
  set(
    @Param('id', zodParam(groupId)) id: string,
    @Param('key') key: string,
    @Body(zodBody(newValue)) body: NewValue,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EffectiveSetting> {
    return this.change.set(principal, group(id), key, body.value);
  }

  @Delete(':key')
  @ApiOperation({ summary: 'Take its own value from a group' })
  @apiOk(effectiveSetting)
  reset(
    @Param('id', zodParam(groupId)) id: string,
    @Param('key') key: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EffectiveSetting> {
    return this.change.reset(principal, group(id), key);
  }
}

function group(id: string): SettingOwner {
  return { level: 'group', id: id.toLowerCase() };
}
