import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions, soft deletion and origin of packages; what an upload is called and who sends it. */
export class Versions1795305600000 implements MigrationInterface {
  readonly name = 'Versions1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE builder.package
        DROP CONSTRAINT package_name_unique,
        ADD COLUMN version integer NOT NULL DEFAULT 1,
        -- Who asked for the latest build, and when it began.
        ADD COLUMN built_by text,
        ADD COLUMN build_started_at timestamptz,
        ADD COLUMN deleted_at timestamptz,
        -- What the action was made from: the template's name and its parameters.
        ADD COLUMN template jsonb,
        -- How the upload becomes an archive: 'none' when it is one.
        ADD COLUMN packing text NOT NULL DEFAULT 'none',
        -- What the upload is called inside the archive that is made of it.
        ADD COLUMN packed_name text,
        -- What the archive was made from: name, size and digest of the upload, its sender.
        ADD COLUMN source jsonb,
        ADD COLUMN virus_scan jsonb,
        -- CycloneDX; not jsonb, which refuses some characters that are allowed in JSON.
        ADD COLUMN sbom json,
        -- What a package counts for in the quota, without its long manifest having to be read.
        ADD COLUMN archive_bytes bigint GENERATED ALWAYS AS ((manifest ->> 'size')::bigint) STORED,
        ADD CONSTRAINT package_name_version_unique UNIQUE (name, version);
      ALTER TABLE builder.upload
        ADD COLUMN file_name text,
        ADD COLUMN sender text,
        -- When its progress was last published.
        ADD COLUMN told_at timestamptz;
    `);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
