import type { AccountId, ApiTokenId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token that an account made for a program. */
@Entity('api_token')
export class ApiTokenEntity {
  @PrimaryColumn('uuid', { name: 'api_token_id' })
  apiTokenId!: ApiTokenId;

  @Column('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @Column('text')
  name!: string;

  /** Of the secret, which is kept nowhere. */
  @Column('text')
  sha256!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Exact to a minute, so that a busy token does not write at every call. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** The row stays, so that the trail keeps its subject. */
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
