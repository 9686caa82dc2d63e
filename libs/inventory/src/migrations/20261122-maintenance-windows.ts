import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When devices of a group may be told of new packages, and what packages were called. */
export class MaintenanceWindows1795305600000 implements MigrationInterface {
  readonly name = 'MaintenanceWindows1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE inventory.device_group ADD COLUMN maintenance_windows jsonb;
      CREATE INDEX device_group_windows ON inventory.device_group (id) WHERE maintenance_windows IS NOT NULL;
      -- Agents report what they have by file id, long after a package was deleted: no row ever goes.
      CREATE TABLE inventory.package_name (
        file_id text PRIMARY KEY,
        package_id uuid NOT NULL,
        name text NOT NULL,
        version integer NOT NULL,
        deleted_at timestamptz
      );
    `);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
