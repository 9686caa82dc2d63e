import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What searches stand on, and the searches that people keep. */
export class Search1795230000000 implements MigrationInterface {
  readonly name = 'Search1795230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
