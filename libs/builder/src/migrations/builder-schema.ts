import { forwardOnly } from '@entrepot/platform-database';
import { createMessagingTables } from '@entrepot/platform-messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BuilderSchema implements MigrationInterface {
  readonly name = 'BuilderSchema1795190400000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'builder');
    await runner.query(`
      CREATE TABLE builder.package (
        id uuid PRIMARY KEY,
        file_id integer NOT NULL CONSTRAINT package_file_id_unique UNIQUE CHECK (file_id >= 1000000000),
        name text NOT NULL CONSTRAINT package_name_unique UNIQUE,
        description text NOT NULL,
        operating_system text NOT NULL,
        protocol text NOT NULL,
        priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
        action jsonb NOT NULL,
        notify jsonb,
        need_done_action jsonb,
        fragment_choice jsonb NOT NULL,
        has_archive boolean NOT NULL,
        state text NOT NULL,
        progress_bytes bigint NOT NULL DEFAULT 0,
        progress_total bigint NOT NULL DEFAULT 0,
        manifest jsonb,
        error_code text,
        error_reason text,
        created_at timestamptz NOT NULL,
        built_at timestamptz
      );
      -- Outlives deleted packages: histories and caches of agents must never see a file id again.
      CREATE TABLE builder.last_file_id (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        file_id integer
      );
      INSERT INTO builder.last_file_id DEFAULT VALUES;
      CREATE TABLE builder.upload (
        id uuid PRIMARY KEY,
        package_id uuid NOT NULL UNIQUE REFERENCES builder.package ON DELETE CASCADE,
        storage_id uuid NOT NULL,
        size bigint,
        position bigint NOT NULL DEFAULT 0,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CHECK (position >= 0 AND (size IS NULL OR position <= size))
      );
      CREATE INDEX upload_changed_at ON builder.upload (changed_at);
      CREATE TABLE builder.upload_part (
        upload_id uuid NOT NULL REFERENCES builder.upload ON DELETE CASCADE,
        position bigint NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        sha256 text NOT NULL,
        name text NOT NULL,
        PRIMARY KEY (upload_id, position)
      );
      CREATE TABLE builder.blob_cleanup (
        area text NOT NULL,
        owner text NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (area, owner)
      );
    `);
  }

  async down(): Promise<void> {
    forwardOnly();
  }
}
