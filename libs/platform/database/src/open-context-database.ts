import { DataSource } from 'typeorm';
import { connectionFlags, CONNECT_TIMEOUT_MS } from './connection-settings.js';
import { whileMigrating } from './migrations.js';
import type { ContextSchema, DatabaseSettings } from './settings.js';

const DEFAULT_POOL_SIZE = 8;
const SCHEMA_NAME = /^[a-z][a-z_]*$/;

/**
 * Connects one context to its Postgres schema and brings the schema up to date.
 * @returns a data source of its own, with its own pool and `search_path`
 * @throws the driver's error when the server cannot be reached or a migration fails
 */
export async function openContextDatabase(context: DatabaseSettings & ContextSchema): Promise<DataSource> {
  if (!SCHEMA_NAME.test(context.schema)) throw new Error(`Not a schema name: ${context.schema}`);
  const database = new DataSource({
    type: 'postgres',
    url: context.url,
    schema: context.schema,
    entities: [...context.entities],
    migrations: [...context.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    poolSize: context.poolSize ?? DEFAULT_POOL_SIZE,
    applicationName: `entrepot-${context.schema}`,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: () => undefined, // A broken idle connection is replaced; the query that needs one reports the failure.
    extra: {
      options: connectionFlags({ search_path: `${context.schema},public`, timezone: 'UTC' }),
      keepAlive: true,
    },
  });
  return whileMigrating(context.url, context.schema, async () => {
    await database.initialize();
    try {
      await database.runMigrations({ transaction: 'each' });
      return database;
    } catch (error) {
      await database.destroy();
      throw error;
    }
  });
}
