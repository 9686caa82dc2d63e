import type { Principal } from '@entrepot/platform-auth';
import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ApiTokenEntity } from './api-token.entity.js';
import { ApiTokenRepository } from './api-token.repository.js';

const cursorSchema = z.tuple([z.uuid()]);

/** Shows the caller's own API tokens that are not revoked, newest first. */
@Injectable()
export class ListApiTokens {
  constructor(
    private readonly database: DataSource,
    private readonly apiTokens: ApiTokenRepository,
  ) {}

  async execute({ accountId }: Principal, { limit, cursor }: PageQuery): Promise<Page<ApiTokenEntity>> {
    const { manager } = this.database;
    const beforeId = cursor === undefined ? null : decodeCursor(cursor, cursorSchema)[0];
    const rows = await this.apiTokens.list(manager, accountId, beforeId, limit + 1);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items,
      total: await this.apiTokens.count(manager, accountId),
      next: last === undefined ? null : encodeCursor([last.apiTokenId]),
    };
  }
}
