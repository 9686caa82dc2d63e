import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type ApiTokenId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { accountIdOf } from './account-id-of.js';
import type { ApiTokenEntity } from './api-token.entity.js';
import { ApiTokenRepository } from './api-token.repository.js';
import { ERRORS } from './errors.js';
import { issueApiToken } from './token.js';

export interface NewApiToken {
  /** What the token is for, in the words of who makes it. */
  readonly name: string;
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
}

/** The only time that the secret is seen. */
export interface CreatedApiToken {
  readonly token: ApiTokenEntity;
  readonly secret: string;
}

/** Makes a token with which a program may do what the caller may. */
@Injectable()
export class CreateApiToken {
  constructor(
    private readonly outbox: Outbox,
    private readonly apiTokens: ApiTokenRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError IDENTITY_API_TOKEN_EXPIRED_ALREADY */
  async execute(principal: Principal, { name, expiresAt }: NewApiToken): Promise<CreatedApiToken> {
    const createdAt = this.clock.now();
    if (expiresAt !== null && expiresAt <= createdAt)
      throw new AppError(ERRORS.IDENTITY_API_TOKEN_EXPIRED_ALREADY, 'expiresAt: must be in the future', {
        field: 'expiresAt',
      });
    const { secret, sha256 } = issueApiToken();
    const accountId = accountIdOf(principal);
    const apiTokenId = uuidv7() as ApiTokenId;
    const unused = { lastUsedAt: null, revokedAt: null };
    const token: ApiTokenEntity = { apiTokenId, accountId, name, sha256, createdAt, expiresAt, ...unused };
    await this.outbox.transaction(async (tx) => {
      await this.apiTokens.add(tx.manager, token);
      const audit = auditChange(principal, 'identity', 'api-token.create', 'api-token', apiTokenId, { name });
      tx.publish(changeRecorded, audit, apiTokenId);
    });
    return { token, secret };
  }
}
