import { AppError, Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokenRepository } from './access-token.repository.js';
import type { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { ERRORS } from './errors.js';
import { FailureLimit } from './failure-limit.js';
import { verifyNothing, verifyPassword } from './password-hash.js';
import { issueAccessToken } from './token.js';

const LIFETIME_MS = 12 * 60 * 60_000;

export interface Login {
  readonly username: string;
  readonly password: string;
  /** The caller's network address. */
  readonly address: string;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/** Gives an access token for a name and a password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountRepository,
    private readonly accessTokens: AccessTokenRepository,
    private readonly limit: FailureLimit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes as long for a name that does not exist as for a wrong password.
   * @throws AppError IDENTITY_CREDENTIALS_WRONG, IDENTITY_TOO_MANY_FAILURES, IDENTITY_BUSY
   */
  async execute({ username, password, address }: Login): Promise<AccessToken> {
    const { manager } = this.database;
    const account = await this.limit.attempt({ name: username, address }, () =>
      this.verified(username, password),
    );
    const now = this.clock.now();
    const { secret, sha256 } = issueAccessToken();
    const expiresAt = new Date(now.getTime() + LIFETIME_MS);
    await this.accessTokens.removeExpired(manager, now);
    await this.accessTokens.add(manager, { sha256, accountId: account.accountId, expiresAt });
    return { accessToken: secret, expiresAt };
  }

  private async verified(username: string, password: string): Promise<AccountEntity> {
    const account = await this.accounts.findByName(this.database.manager, username);
    const right = account === null ? verifyNothing(password) : verifyPassword(password, account.passwordHash);
    if ((await right) && account !== null) return account;
    throw new AppError(ERRORS.IDENTITY_CREDENTIALS_WRONG, 'The name or the password is wrong.');
  }
}
