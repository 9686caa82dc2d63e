import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person or a program that may call the API. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('text')
  name!: string;

  /** As `hashPassword` made it. */
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
