import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, pageOf, zodBody, type Page } from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeSetting, type ChangedSettings } from './change-setting.js';
import { SettingStore } from './setting-store.js';
import { settingValue, settingView, toSettingView, type SettingView } from './setting-view.js';
import { SETTING_KEYS } from './settings.registry.js';

/** What a PUT of a setting takes, at any level. */
export const newValue = z.strictObject({ value: settingValue });

export type NewValue = z.output<typeof newValue>;

const changed = z.union([settingView, z.object({ key: z.string(), imported: z.array(settingView) })]);

@ApiTags('settings')
@ApiBearerAuth()
@Controller('api/v1/settings')
export class SettingsController {
  constructor(
    private readonly store: SettingStore,
    private readonly change: ChangeSetting,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List every setting with its value, rule and description' })
  @apiOk(pageOf(settingView))
  async list(): Promise<Page<SettingView>> {
    const { values, changed } = await this.store.load();
    const items = SETTING_KEYS.map((key) => toSettingView(key, values[key], changed.has(key)));
    return { items, total: items.length, next: null };
  }

  @Put(':key')
  @ApiOperation({
    summary: 'Change a setting for all devices',
    description: 'Some keys of OCS stand for several settings and set them all, such as AUTO_DUPLICATE_LVL.',
  })
  @apiBody(newValue)
  @apiOk(changed)
  @ApiBadRequestResponse({ description: 'INVENTORY_SETTING_INVALID' })
  @ApiNotFoundResponse({
    description: 'INVENTORY_SETTING_NOT_FOUND; it says why OCS has the key and we do not',
  })
  set(
    @Param('key') key: string,
    @Body(zodBody(newValue)) body: NewValue,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ChangedSettings> {
    return this.change.set(principal, key, body.value);
  }

  @Delete(':key')
  @ApiOperation({ summary: 'Give a setting its default back' })
  @apiOk(settingView)
  @ApiNotFoundResponse({ description: 'INVENTORY_SETTING_NOT_FOUND' })
  reset(@Param('key') key: string, @CurrentPrincipal() principal: Principal): Promise<SettingView> {
    return this.change.reset(principal, key);
  }
}
