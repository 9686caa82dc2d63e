import type { ApiTokenId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageQuery,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateApiToken } from './create-api-token.js';
import {
  apiTokenIdSchema,
  apiTokenPageSchema,
  createdApiTokenSchema,
  newApiTokenSchema,
  type ApiTokenView,
  type CreatedApiTokenView,
  type NewApiTokenInput,
} from './identity.schemas.js';
import { apiTokenView, ListApiTokens } from './list-api-tokens.js';
import { RevokeApiToken } from './revoke-api-token.js';

@ApiTags('auth')
@ApiBearerAuth()
@Controller('api/v1/api-tokens')
export class ApiTokensController {
  constructor(
    private readonly createApiToken: CreateApiToken,
    private readonly listApiTokens: ListApiTokens,
    private readonly revokeApiToken: RevokeApiToken,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make an API token; its secret is in this answer and never again' })
  @apiBody(newApiTokenSchema)
  @apiCreated(createdApiTokenSchema)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(newApiTokenSchema)) { name, expiresAt }: NewApiTokenInput,
  ): Promise<CreatedApiTokenView> {
    const input = { name, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
    const { token, secret } = await this.createApiToken.execute(principal, input);
    return { ...apiTokenView(token), token: secret };
  }

  @Get()
  @ApiOperation({ summary: "List the caller's API tokens that are not revoked, newest first" })
  @apiQuery(pageQuery)
  @apiOk(apiTokenPageSchema)
  list(
    @CurrentPrincipal() principal: Principal,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<ApiTokenView>> {
    return this.listApiTokens.execute(principal, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: "Revoke one of the caller's API tokens; it is refused everywhere within 10 s" })
  @ApiNoContentResponse()
  async revoke(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(apiTokenIdSchema)) id: ApiTokenId,
  ): Promise<void> {
    await this.revokeApiToken.execute(principal, id);
  }
}
