import { afterAll, beforeAll } from 'vitest';
import { startPostgres, type RunningPostgres } from './postgres.js';

export interface UsedDatabase {
  /** Connection URL of this spec file's own, empty database; only inside hooks and tests. */
  url(): string;
  /** The server behind it, for a spec that needs a second database. */
  server(): RunningPostgres;
}

/**
 * Gives a spec file (or one `describe`) its own fresh database on a real PostgreSQL. Call it at the top of the file,
 * before hooks that need the URL. The server runs with `fsync=off`: fault tests start their own.
 */
export function useDatabase(): UsedDatabase {
  let running: RunningPostgres | null = null;
  let databaseUrl = '';
  beforeAll(async () => {
    running = await startPostgres({ durable: false });
    databaseUrl = await running.createDatabase();
  });
  afterAll(async () => {
    await running?.stop();
  });
  const server = (): RunningPostgres => {
    if (running === null) throw new Error('useDatabase(): the database exists only inside hooks and tests');
    return running;
  };
  return {
    server,
    url: () => {
      server();
      return databaseUrl;
    },
  };
}
