import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  pageOf,
  uuidOf,
  zodBody,
  zodParam,
  type Page,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ChangeRegistryQuery } from './change-registry-query.js';
import { RegistryQueryStore } from './registry-query-store.js';
import {
  registryQuery,
  registryQueryFields,
  type RegistryQuery,
  type RegistryQueryFields,
  type RegistryQueryId,
} from './registry-query.js';

@ApiTags('settings')
@ApiBearerAuth()
@Controller('api/v1/registry-queries')
export class RegistryQueriesController {
  constructor(
    private readonly store: RegistryQueryStore,
    private readonly change: ChangeRegistryQuery,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what Windows agents are asked of their registry' })
  @apiOk(pageOf(registryQuery))
  async list(): Promise<Page<RegistryQuery>> {
    const items = await this.store.list();
    return { items, total: items.length, next: null };
  }

  @Post()
  @ApiOperation({ summary: 'Ask agents for a registry value' })
  @apiBody(registryQueryFields)
  @apiCreated(registryQuery)
  @ApiConflictResponse({ description: 'INVENTORY_REGISTRY_LABEL_TAKEN, INVENTORY_REGISTRY_QUERY_LIMIT' })
  create(
    @Body(zodBody(registryQueryFields)) body: RegistryQueryFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RegistryQuery> {
    return this.change.create(principal, body);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a registry query' })
  @apiBody(registryQueryFields)
  @apiOk(registryQuery)
  @ApiNotFoundResponse({ description: 'INVENTORY_REGISTRY_QUERY_NOT_FOUND' })
  @ApiConflictResponse({ description: 'INVENTORY_REGISTRY_LABEL_TAKEN' })
  update(
    @Param('id', zodParam(uuidOf<RegistryQueryId>())) id: RegistryQueryId,
    @Body(zodBody(registryQueryFields)) body: RegistryQueryFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RegistryQuery> {
    return this.change.update(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a registry query' })
  @ApiNoContentResponse({ description: 'Deleted; what agents answered so far stays.' })
  @ApiNotFoundResponse({ description: 'INVENTORY_REGISTRY_QUERY_NOT_FOUND' })
  async delete(
    @Param('id', zodParam(uuidOf<RegistryQueryId>())) id: RegistryQueryId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.change.delete(principal, id);
  }
}
