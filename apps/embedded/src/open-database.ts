import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { ConfigOf, databaseConfig } from '@entrepot/platform-config';
import type { DatabaseSettings } from '@entrepot/platform-database';
import {
  PasswordRefused,
  PostgresServer,
  type PostgresServerOptions,
} from '@entrepot/platform-postgres-server';
import { StartRefused } from '@entrepot/platform-program';
import type { DataDirectory } from './data-directory.js';

export interface OpenDatabase extends DatabaseSettings {
  /** Ends the server if it is ours. */
  stop(): Promise<void>;
}

const PASSWORD_FILE = 'postgres-password';

/** The Postgres of `DATABASE_URL`, or else one of our own in the data directory. */
export async function openDatabase(
  config: ConfigOf<typeof databaseConfig>,
  directory: DataDirectory,
): Promise<OpenDatabase> {
  const { poolSize } = config;
  if (config.url !== undefined) return { url: config.url, poolSize, stop: () => Promise.resolve() };
  const password = (await directory.readSecret(PASSWORD_FILE)) ?? randomBytes(24).toString('base64url');
  await directory.writeSecret(PASSWORD_FILE, password);
  const server = await openServer(directory, {
    directory: directory.file('postgres'),
    socketDirectory: directory.file('postgres-socket'),
    port: await freePort(),
    password,
    onCrash: (lastWords) => process.stderr.write(`PostgreSQL ended and is started again: ${lastWords}\n`),
    settings: { shared_buffers: '256MB', max_connections: 100, log_min_messages: 'warning' },
  });
  return { url: server.url(), poolSize, stop: () => server.stop() };
}

async function openServer(directory: DataDirectory, options: PostgresServerOptions): Promise<PostgresServer> {
  return PostgresServer.open(options).catch((error: unknown) => {
    if (!(error instanceof PasswordRefused)) throw error;
    throw new StartRefused(
      `${error.message} It must be the one in ${directory.file(PASSWORD_FILE)}: bring that file back from your backup.`,
    );
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
