import type { AccountId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person or a program that may call the API. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: AccountId;

  @Column('text')
  name!: string;

  /** As `hashPassword` made it. */
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  /** The password that was configured when it was last taken over, as `hashPassword` made it; null when none ever was. */
  @Column('text', { name: 'configured_hash', nullable: true })
  configuredHash!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
