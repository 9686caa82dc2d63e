import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FragmentsSchema implements MigrationInterface {
  readonly name = 'FragmentsSchema1795190400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fragments.published_blob (
        file_id text NOT NULL CHECK (file_id ~ '^[1-9][0-9]{9}$'),
        name text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        PRIMARY KEY (file_id, name)
      );
    `);
  }

  async down(): Promise<void> {
    forwardOnly();
  }
}
