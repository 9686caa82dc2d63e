import type { Pool, PoolClient } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';

/**
 * A statement that Postgres parses and plans once for each connection. For hot paths: planning a join of four tables
 * costs more than running it. TypeORM has no way to name a statement, so this goes through the driver below it, on the
 * same connection and in the same transaction.
 */
export class PreparedStatement<Row = never> {
  /**
   * @param name unique within a context's connections
   * @param text SQL with bound parameters only
   */
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  /** Runs it in the manager's transaction, or on any connection of the pool. */
  async run(on: DataSource | EntityManager, values: readonly unknown[]): Promise<Row[]> {
    const client = await clientOf(on);
    const { rows } = await client.query({ name: this.name, text: this.text, values: [...values] });
    return rows as Row[];
  }
}

async function clientOf(on: DataSource | EntityManager): Promise<Pool | PoolClient> {
  if (!(on instanceof DataSource)) {
    if (on.queryRunner) return (await on.queryRunner.connect()) as PoolClient;
    return clientOf(on.dataSource);
  }
  return (on.driver as unknown as { readonly master: Pool }).master;
}
