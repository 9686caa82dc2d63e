import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How software, documents and changes of devices are kept. */
export class Contents1795226400000 implements MigrationInterface {
  readonly name = 'Contents1795226400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
