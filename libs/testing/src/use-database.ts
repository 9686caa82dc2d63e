import { afterAll, beforeAll, inject } from 'vitest';
import { createDatabase, dropDatabase } from './database-of-server.js';
import { startPostgres, type RunningPostgres } from './postgres.js';

export interface UseDatabaseOptions {
  /** True gives the file a server that it may stop; unless told it is the one that all files of a run share. */
  readonly ownServer?: boolean;
}

export interface UsedDatabase {
  /** Connection URL of this spec file's own, empty database; only inside hooks and tests. */
  url(): string;
  /** Makes another empty database on the same server and answers its connection URL. */
  createDatabase(): Promise<string>;
  /** The server behind it, for a spec that asked for its own. */
  server(): RunningPostgres;
}

/**
 * Gives a spec file (or one `describe`) its own fresh database on a real PostgreSQL. Call it at the top of the file,
 * before hooks that need the URL. The server runs with `fsync=off`: fault tests start their own.
 */
export function useDatabase({ ownServer = false }: UseDatabaseOptions = {}): UsedDatabase {
  let running: RunningPostgres | null = null;
  const databases: string[] = [];
  const create = async (): Promise<string> => {
    const url = await createDatabase(running?.url ?? inject('postgresUrl'));
    databases.push(url);
    return url;
  };
  beforeAll(async () => {
    if (ownServer) running = await startPostgres({ durable: false });
    await create();
  });
  afterAll(async () => {
    if (running !== null) return running.stop();
    for (const url of databases) await dropDatabase(inject('postgresUrl'), url);
  });
  return {
    url: () => {
      const [url] = databases;
      if (url === undefined)
        throw new Error('useDatabase(): the database exists only inside hooks and tests');
      return url;
    },
    createDatabase: create,
    server: () => {
      if (running === null)
        throw new Error('useDatabase(): the server is that of all files; ask for ownServer');
      return running;
    },
  };
}
