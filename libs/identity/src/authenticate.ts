import type { PrincipalMessage } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokenRepository } from './access-token.repository.js';
import { ApiTokenRepository } from './api-token.repository.js';
import { ERRORS } from './errors.js';
import { readToken } from './token.js';

const USE_RECORDED_EVERY_MS = 60_000;

/** Tells whose token it is. */
@Injectable()
export class Authenticate {
  constructor(
    private readonly database: DataSource,
    private readonly accessTokens: AccessTokenRepository,
    private readonly apiTokens: ApiTokenRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError IDENTITY_TOKEN_INVALID when it is unknown, expired or revoked */
  async execute(token: string): Promise<PrincipalMessage> {
    const principal = await this.find(token);
    if (principal !== null) return principal;
    throw new AppError(ERRORS.IDENTITY_TOKEN_INVALID, 'The token is unknown, expired or revoked.');
  }

  private async find(token: string): Promise<PrincipalMessage | null> {
    const presented = readToken(token);
    if (presented === null) return null;
    if (presented.kind === 'api') return this.useApiToken(presented.sha256);
    return this.accessTokens.findPrincipal(this.database.manager, presented.sha256, this.clock.now());
  }

  private async useApiToken(sha256: string): Promise<PrincipalMessage | null> {
    const { manager } = this.database;
    const now = this.clock.now();
    const owner = await this.apiTokens.findOwner(manager, sha256, now);
    if (owner === null) return null;
    const { apiTokenId, lastUsedAt, accountId, name } = owner;
    if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= USE_RECORDED_EVERY_MS)
      await this.apiTokens.markUsed(manager, apiTokenId, now);
    return { accountId, name };
  }
}
