import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Registry queries, and what agents find on their networks. */
export class Network1795237200000 implements MigrationInterface {
  readonly name = 'Network1795237200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
