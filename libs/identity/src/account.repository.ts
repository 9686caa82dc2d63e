import type { AccountId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountEntity } from './account.entity.js';

@Injectable()
export class AccountRepository {
  /** @returns false when an account of that name exists, perhaps since a moment ago */
  async add(manager: EntityManager, account: AccountEntity): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO account (account_id, name, password_hash, configured_hash, created_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING 1`,
      [account.accountId, account.name, account.passwordHash, account.configuredHash, account.createdAt],
    );
    return rows.length > 0;
  }

  findByName(manager: EntityManager, name: string): Promise<AccountEntity | null> {
    return manager.getRepository(AccountEntity).findOneBy({ name });
  }

  findById(manager: EntityManager, accountId: AccountId): Promise<AccountEntity | null> {
    return manager.getRepository(AccountEntity).findOneBy({ accountId });
  }

  /** @returns false when the hash is no longer the expected one: somebody else changed the password meanwhile */
  async replacePassword(
    manager: EntityManager,
    accountId: AccountId,
    expectedHash: string,
    newHash: string,
  ): Promise<boolean> {
    const result = await manager
      .getRepository(AccountEntity)
      .update({ accountId, passwordHash: expectedHash }, { passwordHash: newHash });
    return result.affected === 1;
  }

  /** Remembers which configured password was taken over. */
  async noteConfigured(manager: EntityManager, accountId: AccountId, configuredHash: string): Promise<void> {
    await manager.getRepository(AccountEntity).update({ accountId }, { configuredHash });
  }
}
