import type { AccountId, ApiTokenId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, type EntityManager } from 'typeorm';
import { ApiTokenEntity } from './api-token.entity.js';

/** A token in force, whose it is, and when it was last seen. */
export interface ApiTokenOwner {
  readonly apiTokenId: ApiTokenId;
  readonly lastUsedAt: Date | null;
  readonly accountId: AccountId;
  readonly name: string;
}

@Injectable()
export class ApiTokenRepository {
  async add(manager: EntityManager, token: ApiTokenEntity): Promise<void> {
    await manager.getRepository(ApiTokenEntity).insert(token);
  }

  /** The token with its account, or null when it is unknown, expired or revoked. */
  async findOwner(manager: EntityManager, sha256: string, now: Date): Promise<ApiTokenOwner | null> {
    const rows: ApiTokenOwner[] = await manager.query(
      `SELECT t.api_token_id AS "apiTokenId", t.last_used_at AS "lastUsedAt", a.account_id AS "accountId", a.name
       FROM api_token t JOIN account a USING (account_id)
       WHERE t.sha256 = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)`,
      [sha256, now],
    );
    return rows[0] ?? null;
  }

  async markUsed(manager: EntityManager, apiTokenId: ApiTokenId, at: Date): Promise<void> {
    await manager.getRepository(ApiTokenEntity).update({ apiTokenId }, { lastUsedAt: at });
  }

  /** The account's tokens that are not revoked, newest first, those before `beforeId` in that order. */
  list(
    manager: EntityManager,
    accountId: AccountId,
    beforeId: ApiTokenId | null,
    limit: number,
  ): Promise<ApiTokenEntity[]> {
    const before = beforeId === null ? {} : { apiTokenId: LessThan(beforeId) };
    return manager.getRepository(ApiTokenEntity).find({
      where: { accountId, revokedAt: IsNull(), ...before },
      order: { apiTokenId: 'DESC' },
      take: limit,
    });
  }

  count(manager: EntityManager, accountId: AccountId): Promise<number> {
    return manager.getRepository(ApiTokenEntity).countBy({ accountId, revokedAt: IsNull() });
  }

  /** @returns the revoked token's name, or null when the account has no such token in force */
  async revoke(
    manager: EntityManager,
    accountId: AccountId,
    apiTokenId: ApiTokenId,
    at: Date,
  ): Promise<string | null> {
    const token = await manager.getRepository(ApiTokenEntity).findOne({
      where: { apiTokenId, accountId, revokedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    if (token === null) return null;
    await manager.getRepository(ApiTokenEntity).update({ apiTokenId }, { revokedAt: at });
    return token.name;
  }
}
