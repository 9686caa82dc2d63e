import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokenRepository } from './access-token.repository.js';
import { accountIdOf } from './account-id-of.js';
import { AccountRepository } from './account.repository.js';
import { ERRORS } from './errors.js';
import { FailureLimit } from './failure-limit.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { readToken } from './token.js';

export interface PasswordChange {
  readonly current: string;
  readonly new: string;
  /** The token that the caller came with; its login goes on, the account's other logins end. */
  readonly token: string;
  /** The caller's network address. */
  readonly address: string;
}

/** Changes the caller's own password. API tokens stay in force: they are revoked one by one. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly accounts: AccountRepository,
    private readonly accessTokens: AccessTokenRepository,
    private readonly limit: FailureLimit,
  ) {}

  /** @throws AppError IDENTITY_PASSWORD_WRONG, IDENTITY_TOO_MANY_FAILURES, IDENTITY_BUSY */
  async execute(principal: Principal, change: PasswordChange): Promise<void> {
    const { name } = principal;
    const accountId = accountIdOf(principal);
    const account = await this.limit.attempt({ name, address: change.address }, async () => {
      const found = await this.accounts.findById(this.database.manager, accountId);
      if (found !== null && (await verifyPassword(change.current, found.passwordHash))) return found;
      throw wrongPassword();
    });
    const newHash = await hashPassword(change.new);
    await this.outbox.transaction(async (tx) => {
      if (!(await this.accounts.replacePassword(tx.manager, accountId, account.passwordHash, newHash)))
        throw wrongPassword();
      await this.accessTokens.removeAllOf(tx.manager, accountId, readToken(change.token)?.sha256 ?? null);
      const audit = auditChange(principal, 'identity', 'account.change-password', 'account', accountId, {
        name,
      });
      tx.publish(changeRecorded, audit, accountId);
    });
  }
}

function wrongPassword(): AppError {
  return new AppError(ERRORS.IDENTITY_PASSWORD_WRONG, 'current: is not the current password', {
    field: 'current',
  });
}
