import { forwardOnly } from '@entrepot/platform-database';
import { createMessagingTables } from '@entrepot/platform-messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialSchema1763640000000 implements MigrationInterface {
  readonly name = 'InitialSchema1763640000000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'identity');
    await runner.query(`
      CREATE TABLE account (
        account_id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        password_hash text NOT NULL,
        configured_hash text,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE access_token (
        sha256 text PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES account,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX access_token_account ON access_token (account_id);
      CREATE INDEX access_token_expires_at ON access_token (expires_at);
      CREATE TABLE api_token (
        api_token_id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES account,
        name text NOT NULL,
        sha256 text NOT NULL UNIQUE,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX api_token_account ON api_token (account_id, api_token_id) WHERE revoked_at IS NULL;
      CREATE TABLE audit_record (
        audit_record_id uuid PRIMARY KEY,
        context text NOT NULL,
        account_id text,
        account_name text NOT NULL,
        action text NOT NULL,
        subject_type text NOT NULL,
        subject_id text NOT NULL,
        detail jsonb NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX audit_record_at ON audit_record (at, audit_record_id);
      CREATE INDEX audit_record_subject ON audit_record (subject_id, at, audit_record_id);
      CREATE INDEX audit_record_action ON audit_record (action, at, audit_record_id);
    `);
  }

  async down(): Promise<void> {
    forwardOnly();
  }
}
