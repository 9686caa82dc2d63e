/** How every context of a program reaches Postgres. */
export interface DatabaseSettings {
  /** A `postgres://` URL. Never logged: it holds the password. */
  readonly url: string;
  /** Connections per context at the most. */
  readonly poolSize?: number;
}

/** Token of the program's {@link DatabaseSettings}. */
export const DATABASE_SETTINGS = Symbol('DATABASE_SETTINGS');

/** What one context keeps in Postgres. */
export interface ContextSchema {
  /** The Postgres schema that this context alone writes. */
  readonly schema: string;
  readonly entities: readonly (new () => object)[];
  readonly migrations: readonly (new () => import('typeorm').MigrationInterface)[];
}
