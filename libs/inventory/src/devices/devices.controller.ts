import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { AccountFields } from '../account-fields/account-field.js';
import { accountFieldValues } from '../account-fields/read-field-values.js';
import type { StoredRow } from '../inventories/canonical-section.js';
import { deviceDetails, type DeviceDetails } from './device-view.js';
import { ListSectionRows, sectionRow } from './list-section-rows.js';
import { SetAccountFields } from './set-account-fields.js';
import { ShowDevice } from './show-device.js';

const deviceId = z.uuid();
const sectionName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be the name of a section');

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices')
export class DevicesController {
  constructor(
    private readonly show: ShowDevice,
    private readonly sectionRows: ListSectionRows,
    private readonly accountFields: SetAccountFields,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'Show a device' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiOk(deviceDetails)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  one(@Param('id', zodParam(deviceId)) id: string): Promise<DeviceDetails> {
    return this.show.execute(id.toLowerCase());
  }

  @Get(':id/sections/:name')
  @ApiOperation({ summary: 'List the rows of one section of a device' })
  @ApiParam({ name: 'id', description: 'The device' })
  @ApiParam({ name: 'name', description: 'The section, such as HARDWARE or SOFTWARES' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(sectionRow))
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  section(
    @Param('id', zodParam(deviceId)) id: string,
    @Param('name', zodParam(sectionName)) name: string,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<StoredRow>> {
    return this.sectionRows.execute(id.toLowerCase(), name, query);
  }

  @Put(':id/account-fields')
  @ApiOperation({ summary: 'Set administrative values of a device, such as TAG' })
  @ApiParam({ name: 'id', description: 'The device' })
  @apiBody(accountFieldValues)
  @apiOk(accountFieldValues)
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND' })
  setAccountFields(
    @Param('id', zodParam(deviceId)) id: string,
    @Body(zodBody(accountFieldValues)) body: AccountFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<AccountFields> {
    return this.accountFields.execute(principal, id.toLowerCase(), body);
  }
}
