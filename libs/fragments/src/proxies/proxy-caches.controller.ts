import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
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
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { agentSettingsView, type AgentSettings } from './agent-settings/agent-settings.js';
import { settingsQuery, SettingsOfProxy, type SettingsQuery } from './agent-settings/settings-of-proxy.js';
import { ChangeProxyCache } from './change-proxy-cache.js';
import { ListProxyCaches } from './list-proxy-caches.js';
import {
  proxyCacheFields,
  proxyCacheId,
  proxyCacheView,
  type ProxyCacheFields,
  type ProxyCacheId,
  type ProxyCacheView,
} from './proxy-cache.js';

@ApiTags('proxy caches')
@ApiBearerAuth()
@Controller('api/v1/proxy-caches')
export class ProxyCachesController {
  constructor(
    private readonly caches: ListProxyCaches,
    private readonly change: ChangeProxyCache,
    private readonly settings: SettingsOfProxy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the registered proxy caches, newest first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(proxyCacheView))
  list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<ProxyCacheView>> {
    return this.caches.execute(query);
  }

  @Post()
  @ApiOperation({ summary: 'Register a proxy cache between agents and this server' })
  @apiBody(proxyCacheFields)
  @apiCreated(proxyCacheView)
  @ApiConflictResponse({ description: 'FRAGMENTS_PROXY_NAME_TAKEN, FRAGMENTS_PROXY_LIMIT' })
  create(
    @Body(zodBody(proxyCacheFields)) body: ProxyCacheFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ProxyCacheView> {
    return this.change.create(principal, body);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a proxy cache, with what the last probe found' })
  @apiOk(proxyCacheView)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  one(@Param('id', zodParam(proxyCacheId)) id: ProxyCacheId): Promise<ProxyCacheView> {
    return this.caches.one(id);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a proxy cache' })
  @apiBody(proxyCacheFields)
  @apiOk(proxyCacheView)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  @ApiConflictResponse({ description: 'FRAGMENTS_PROXY_NAME_TAKEN' })
  update(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @Body(zodBody(proxyCacheFields)) body: ProxyCacheFields,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ProxyCacheView> {
    return this.change.update(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a proxy cache' })
  @ApiNoContentResponse({ description: 'Forgotten, with its purges.' })
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  async delete(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.change.delete(principal, id);
  }

  @Get(':id/agent-settings')
  @ApiOperation({ summary: 'Show what to write on machines whose agents use this proxy cache' })
  @apiQuery(settingsQuery)
  @apiOk(agentSettingsView)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  settingsOf(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @Query(zodQuery(settingsQuery)) query: SettingsQuery,
  ): Promise<AgentSettings> {
    return this.settings.execute(id, query);
  }
}
