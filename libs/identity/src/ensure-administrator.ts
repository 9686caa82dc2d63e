import { changeRecorded } from '@entrepot/contracts';
import { Clock, type AccountId } from '@entrepot/kernel';
import { auditChange } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { AccessTokenRepository } from './access-token.repository.js';
import type { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { IDENTITY_OPTIONS, type IdentityOptions } from './identity.options.js';
import { hashPassword, verifyPassword } from './password-hash.js';

const ADMINISTRATOR = 'admin';
const GENERATED_BYTES = 15;

/** Sees to it at every start that there is an administrator, with the configured password when that is a new one. */
@Injectable()
export class EnsureAdministrator implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly accounts: AccountRepository,
    private readonly accessTokens: AccessTokenRepository,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(IDENTITY_OPTIONS) private readonly options: IdentityOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const account = await this.accounts.findByName(tx.manager, ADMINISTRATOR);
      if (account === null) await this.create(tx);
      else if (this.options.adminPassword !== null) await this.reset(tx, account, this.options.adminPassword);
    });
  }

  private async create(tx: Transaction): Promise<void> {
    const generated = this.options.adminPassword === null;
    const password = this.options.adminPassword ?? randomBytes(GENERATED_BYTES).toString('base64url');
    const passwordHash = await hashPassword(password);
    const account: AccountEntity = {
      accountId: uuidv7() as AccountId,
      name: ADMINISTRATOR,
      passwordHash,
      configuredHash: generated ? null : passwordHash,
      createdAt: this.clock.now(),
    };
    if (!(await this.accounts.add(tx.manager, account))) return;
    this.recordChange(tx, account, 'account.create');
    // Before the commit: a password that nobody has seen must not become the only one.
    if (generated) await this.options.onGeneratedPassword?.(password);
    this.log.info({ account: ADMINISTRATOR, generated }, 'The administrator account was created');
  }

  /** Only a configured password that is a new one counts: else each start would undo what was changed since. */
  private async reset(tx: Transaction, account: AccountEntity, password: string): Promise<void> {
    const { accountId, passwordHash, configuredHash } = account;
    if (configuredHash !== null && (await verifyPassword(password, configuredHash))) return;
    const newHash = await hashPassword(password);
    await this.accounts.noteConfigured(tx.manager, accountId, newHash);
    if (await verifyPassword(password, passwordHash)) return;
    if (!(await this.accounts.replacePassword(tx.manager, accountId, passwordHash, newHash))) return;
    await this.accessTokens.removeAllOf(tx.manager, accountId, null);
    this.recordChange(tx, account, 'account.reset-password');
    this.log.warn({ account: ADMINISTRATOR }, "The administrator's password was set to the configured one");
  }

  private recordChange(tx: Transaction, { accountId, name }: AccountEntity, action: string): void {
    tx.publish(
      changeRecorded,
      auditChange(null, 'identity', action, 'account', accountId, { name }),
      accountId,
    );
  }
}
