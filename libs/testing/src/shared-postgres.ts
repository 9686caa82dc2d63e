import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the server on which `useDatabase` makes the databases of a run. */
    postgresUrl: string;
  }
}

/** Two files at a time, some with several programs and their pools. */
const CONNECTIONS = 300;

/** Global setup of a project whose files share one PostgreSQL: making a cluster costs more than most of them. */
export default async function startSharedPostgres(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ durable: false, settings: { max_connections: CONNECTIONS } });
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
