import type { FileId } from '@entrepot/kernel';
import { parseFileId } from '@entrepot/kernel';
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
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { AskPurges } from './ask-purges.js';
import { ListPurges } from './list-purges.js';
import { ProbeProxy } from './probe-proxy.js';
import { probeResult, type ProbeResult } from './probe-result.js';
import { proxyCacheId, type ProxyCacheId } from './proxy-cache.js';
import { proxyPurgeView, type ProxyPurgeView } from './proxy-purge.js';

const fileId = z.string().transform((text, context): FileId => {
  const id = parseFileId(text);
  if (id !== null) return id;
  context.addIssue('must be a file id of ten digits');
  return z.NEVER;
});
const probeBody = z.strictObject({ fileId: fileId.optional() }).nullish();
const purgeBody = z.strictObject({ fileId });

/** What is done with a registered proxy cache. */
@ApiTags('proxy caches')
@ApiBearerAuth()
@Controller('api/v1/proxy-caches/:id')
export class ProxyChecksController {
  constructor(
    private readonly prober: ProbeProxy,
    private readonly purges: ListPurges,
    private readonly askPurges: AskPurges,
  ) {}

  @Post('probe')
  @HttpCode(200)
  @ApiOperation({ summary: 'Fetch a published fragment twice through a proxy cache, and see what it does' })
  @apiBody(probeBody)
  @apiOk(probeResult)
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  @ApiConflictResponse({ description: 'FRAGMENTS_PROXY_NOTHING_TO_FETCH' })
  probe(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @Body(zodBody(probeBody)) body: z.output<typeof probeBody>,
  ): Promise<ProbeResult> {
    return this.prober.execute(id, body?.fileId ?? null);
  }

  @Get('purges')
  @ApiOperation({ summary: 'List what was to be purged from a proxy cache, last asked for first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(proxyPurgeView))
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND' })
  list(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<ProxyPurgeView>> {
    return this.purges.execute(id, query);
  }

  @Post('purges')
  @HttpCode(202)
  @ApiOperation({ summary: 'Purge the fragments of a package from a proxy cache' })
  @apiBody(purgeBody)
  @ApiAcceptedResponse({ description: 'Asked for; the list of purges tells what became of it.' })
  @ApiNotFoundResponse({ description: 'FRAGMENTS_PROXY_NOT_FOUND, FRAGMENTS_PROXY_PACKAGE_UNKNOWN' })
  @ApiConflictResponse({ description: 'FRAGMENTS_PROXY_NO_PURGE' })
  async ask(
    @Param('id', zodParam(proxyCacheId)) id: ProxyCacheId,
    @Body(zodBody(purgeBody)) body: z.output<typeof purgeBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ProxyPurgeView> {
    await this.askPurges.ofOne(principal, id, body.fileId);
    return this.purges.one(id, body.fileId);
  }
}
