import { Readiness } from '@entrepot/platform-http';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { openContextDatabase } from './open-context-database.js';
import { DATABASE_SETTINGS, type ContextSchema, type DatabaseSettings } from './settings.js';

/** Tells readiness of the database, and ends the pool in the last of Nest's shutdown hooks. */
class DatabaseLife implements OnApplicationShutdown {
  constructor(
    private readonly database: DataSource,
    schema: string,
    readiness?: Readiness,
  ) {
    readiness?.register(`${schema}.database`, async () => {
      await this.database.query('SELECT 1');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.database.isInitialized) await this.database.destroy();
  }
}

/** Postgres for the contexts of a program: one server, one schema and one pool for each context. */
@Module({})
export class DatabaseModule {
  /** In the program: where the server is. */
  static forRoot(settings: DatabaseSettings): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: DATABASE_SETTINGS, useValue: settings }],
      exports: [DATABASE_SETTINGS],
    };
  }

  /** In a context: its schema, migrated before anything else starts. Injected as `DataSource`. */
  static forContext(context: ContextSchema): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DataSource,
          inject: [DATABASE_SETTINGS],
          useFactory: (settings: DatabaseSettings) => openContextDatabase({ ...settings, ...context }),
        },
        {
          provide: DatabaseLife,
          inject: [DataSource, { token: Readiness, optional: true }],
          useFactory: (database: DataSource, readiness?: Readiness) =>
            new DatabaseLife(database, context.schema, readiness),
        },
      ],
      exports: [DataSource],
    };
  }
}
