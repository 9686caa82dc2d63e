import { join } from 'node:path';
import { PostgresServer } from '@entrepot/platform-postgres-server';
import { createDatabase } from './database-of-server.js';
import { freePort } from './free-port.js';
import type { Restartable } from './running.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';

export interface PostgresOptions {
  /** False trades safety against a power cut for speed (`fsync=off`); true unless told. */
  readonly durable?: boolean;
  /** Extra settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface RunningPostgres extends Restartable {
  /** Connection URL of the database `postgres`, as its superuser. */
  readonly url: string;
  readonly port: number;
  /** Makes an empty database and answers its connection URL; the name is made up unless given. */
  createDatabase(name?: string): Promise<string>;
}

/** Starts a real PostgreSQL (the binaries that `npm start` uses too) on a free loopback port. */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const directory = await temporaryDirectory('postgres');
  const port = await freePort();
  try {
    const server = await PostgresServer.open({
      directory: join(directory, 'data'),
      port,
      password: 'postgres',
      settings: { fsync: options.durable === false ? 'off' : 'on', ...options.settings },
      initdbFlags: ['--no-sync'],
    });
    return new TestPostgres(server, port, directory);
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

class TestPostgres implements RunningPostgres {
  readonly url: string;

  constructor(
    private readonly server: PostgresServer,
    readonly port: number,
    private readonly directory: string,
  ) {
    this.url = server.url();
  }

  start(): Promise<void> {
    return this.server.start();
  }

  halt(): Promise<void> {
    return this.server.stop('SIGINT');
  }

  kill(): Promise<void> {
    return this.server.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGQUIT');
    await removeDirectory(this.directory);
  }

  createDatabase(name?: string): Promise<string> {
    return createDatabase(this.url, name);
  }
}
