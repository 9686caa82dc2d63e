import type { AccountId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The token of one login. */
@Entity('access_token')
export class AccessTokenEntity {
  /** Of the secret, which is kept nowhere. */
  @PrimaryColumn('text')
  sha256!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
