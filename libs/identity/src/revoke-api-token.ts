import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type ApiTokenId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { accountIdOf } from './account-id-of.js';
import { ApiTokenRepository } from './api-token.repository.js';
import { ERRORS } from './errors.js';

/** Ends one of the caller's API tokens. Programs notice within the 10 s that they remember a token for. */
@Injectable()
export class RevokeApiToken {
  constructor(
    private readonly outbox: Outbox,
    private readonly apiTokens: ApiTokenRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError IDENTITY_API_TOKEN_NOT_FOUND also for the token of another account */
  async execute(principal: Principal, apiTokenId: ApiTokenId): Promise<void> {
    const accountId = accountIdOf(principal);
    await this.outbox.transaction(async (tx) => {
      const name = await this.apiTokens.revoke(tx.manager, accountId, apiTokenId, this.clock.now());
      if (name === null)
        throw new AppError(ERRORS.IDENTITY_API_TOKEN_NOT_FOUND, `You have no API token ${apiTokenId}.`);
      const audit = auditChange(principal, 'identity', 'api-token.revoke', 'api-token', apiTokenId, { name });
      tx.publish(changeRecorded, audit, apiTokenId);
    });
  }
}
