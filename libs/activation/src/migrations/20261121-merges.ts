import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which devices were merged, who has an assignment now, and what a merge set aside. */
export class Merges1795219200000 implements MigrationInterface {
  readonly name = 'Merges1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    // Of an undoing that was heard of before its merge, the rest is not known yet.
    await runner.query(`
      CREATE TABLE device_merge (
        merge_id uuid PRIMARY KEY,
        survivor_id uuid,
        absorbed_id uuid NOT NULL,
        merged_at timestamptz,
        undone_at timestamptz,
        CHECK (undone_at IS NOT NULL OR (merged_at IS NOT NULL AND survivor_id IS NOT NULL))
      )`);
    await runner.query(`
      CREATE INDEX device_merge_absorbed ON device_merge (absorbed_id) WHERE undone_at IS NULL`);
    await runner.query(`
      CREATE INDEX device_merge_survivor ON device_merge (survivor_id) WHERE undone_at IS NULL`);
    await runner.query(`ALTER TABLE assignment ADD COLUMN device_id uuid, ADD COLUMN set_aside_by uuid`);
    await runner.query(`UPDATE assignment SET device_id = target_id`);
    await runner.query(`ALTER TABLE assignment ALTER COLUMN device_id SET NOT NULL`);
    await runner.query(`CREATE INDEX assignment_device ON assignment (device_id)`);
    await runner.query(`ALTER TABLE delivery ADD COLUMN set_aside boolean NOT NULL DEFAULT false`);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
