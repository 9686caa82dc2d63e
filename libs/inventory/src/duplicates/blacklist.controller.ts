import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageOf,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import {
  blacklistedValue,
  blacklistedValueFields,
  type BlacklistedValue,
  type BlacklistedValueFields,
} from './blacklisted-value.js';
import { ChangeBlacklist } from './change-blacklist.js';
import { blacklistQuery, ListBlacklist, type BlacklistQuery } from './list-blacklist.js';

const valueId = z.uuid();

@ApiTags('duplicates')
@ApiBearerAuth()
@Controller('api/v1/blacklisted-values')
export class BlacklistController {
  constructor(
    private readonly values: ListBlacklist,
    private readonly change: ChangeBlacklist,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the values by which machines are not recognised' })
  @apiQuery(blacklistQuery)
  @apiOk(pageOf(blacklistedValue))
  list(@Query(zodQuery(blacklistQuery)) query: BlacklistQuery): Promise<Page<BlacklistedValue>> {
    return this.values.execute(query);
  }

  @Post()
  @ApiOperation({ summary: 'Put a value or a pattern on the blacklist' })
  @apiBody(blacklistedValueFields)
  @apiCreated(blacklistedValue)
  @ApiConflictResponse({ description: 'INVENTORY_BLACKLISTED_VALUE_TAKEN' })
  add(
    @Body(zodBody(blacklistedValueFields)) body: BlacklistedValueFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BlacklistedValue> {
    return this.change.add(principal, body);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a blacklisted value' })
  @ApiParam({ name: 'id', description: 'The blacklisted value' })
  @apiBody(blacklistedValueFields)
  @apiOk(blacklistedValue)
  @ApiNotFoundResponse({ description: 'INVENTORY_BLACKLISTED_VALUE_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_BLACKLISTED_VALUE_TAKEN' })
  update(
    @Param('id', zodParam(valueId)) id: string,
    @Body(zodBody(blacklistedValueFields)) body: BlacklistedValueFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BlacklistedValue> {
    return this.change.update(principal, id.toLowerCase(), body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take a value off the blacklist' })
  @ApiParam({ name: 'id', description: 'The blacklisted value' })
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiNotFoundResponse({ description: 'INVENTORY_BLACKLISTED_VALUE_NOT_FOUND' })
  remove(
    @Param('id', zodParam(valueId)) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    return this.change.remove(principal, id.toLowerCase());
  }
}
