import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In which order merges took effect, which undoing one goes by. */
export class MergeOrder1795309200000 implements MigrationInterface {
  readonly name = 'MergeOrder1795309200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Not their time: a merge that waited for another in the identity lane can bear an earlier one than that.
      ALTER TABLE inventory.device_merge ADD COLUMN ordinal bigint;
      UPDATE inventory.device_merge m SET ordinal = o.ordinal
        FROM (SELECT id, row_number() OVER (ORDER BY merged_at, id) AS ordinal FROM inventory.device_merge) o
        WHERE o.id = m.id;
      ALTER TABLE inventory.device_merge ALTER COLUMN ordinal SET NOT NULL,
        ALTER COLUMN ordinal ADD GENERATED ALWAYS AS IDENTITY;
      SELECT setval(pg_get_serial_sequence('inventory.device_merge', 'ordinal'), max(ordinal))
        FROM inventory.device_merge HAVING max(ordinal) IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
