import type { ApiTokenId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accountIdOf } from './account-id-of.js';
import type { ApiTokenEntity } from './api-token.entity.js';
import { ApiTokenRepository } from './api-token.repository.js';
import type { ApiTokenView } from './identity.schemas.js';

/** Shows the caller's own API tokens that are not revoked, newest first. */
@Injectable()
export class ListApiTokens {
  constructor(
    private readonly database: DataSource,
    private readonly apiTokens: ApiTokenRepository,
  ) {}

  async execute(principal: Principal, query: PageQuery): Promise<Page<ApiTokenView>> {
    const { manager } = this.database;
    const accountId = accountIdOf(principal);
    const before = beforeId<ApiTokenId>(query);
    const rows = await this.apiTokens.list(manager, accountId, before, query.limit + 1);
    return idPage(rows.map(apiTokenView), query.limit, await this.apiTokens.count(manager, accountId));
  }
}

/** An API token as its owner sees it; its secret is nowhere. */
export function apiTokenView({
  apiTokenId,
  name,
  createdAt,
  lastUsedAt,
  expiresAt,
}: ApiTokenEntity): ApiTokenView {
  return {
    id: apiTokenId,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
