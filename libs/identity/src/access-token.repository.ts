import type { AccountId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { AccessTokenEntity } from './access-token.entity.js';

/** Whose token it is. */
export interface TokenOwner {
  readonly accountId: AccountId;
  readonly name: string;
}

@Injectable()
export class AccessTokenRepository {
  async add(manager: EntityManager, token: AccessTokenEntity): Promise<void> {
    await manager.getRepository(AccessTokenEntity).insert(token);
  }

  /** Whose token it is, or null when it is unknown or expired. */
  async findPrincipal(manager: EntityManager, sha256: string, now: Date): Promise<TokenOwner | null> {
    const rows: TokenOwner[] = await manager.query(
      `SELECT a.account_id AS "accountId", a.name
       FROM access_token t JOIN account a USING (account_id) WHERE t.sha256 = $1 AND t.expires_at > $2`,
      [sha256, now],
    );
    return rows[0] ?? null;
  }

  async remove(manager: EntityManager, sha256: string): Promise<void> {
    await manager.getRepository(AccessTokenEntity).delete({ sha256 });
  }

  /** @param keep digest of the one token that stays, or null to end every login of the account */
  async removeAllOf(manager: EntityManager, accountId: AccountId, keep: string | null): Promise<void> {
    const others = keep === null ? {} : { sha256: Not(keep) };
    await manager.getRepository(AccessTokenEntity).delete({ accountId, ...others });
  }

  async removeExpired(manager: EntityManager, now: Date): Promise<void> {
    await manager.getRepository(AccessTokenEntity).delete({ expiresAt: LessThanOrEqual(now) });
  }
}
