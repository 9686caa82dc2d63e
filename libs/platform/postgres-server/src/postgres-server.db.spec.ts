import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { PasswordRefused, PostgresServer } from './index.js';

/** Outside of the range of outgoing connections and of the ports that other specs reserve. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(32_001, 32_700);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const open: PostgresServer[] = [];
const folders: string[] = [];

async function newServer(directory: string): Promise<PostgresServer> {
  const server = await PostgresServer.open({ directory, port: await freePort(), password: 'p@ss/word' });
  open.push(server);
  return server;
}

// mkdtemp makes folders that only their owner may enter, as a clone below /root is.
async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'entrepot-postgres-server-'));
  folders.push(folder);
  return join(folder, 'cluster');
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop('SIGQUIT');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('the PostgreSQL of a laptop', () => {
  it('starts below a folder that only its owner may enter, as root too', async () => {
    const server = await newServer(await closedFolder());
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('listens on a Unix socket alone when it is given a folder for it', async () => {
    const directory = await closedFolder();
    const port = await freePort();
    const server = await PostgresServer.open({
      directory,
      port,
      password: 'a/b',
      socketDirectory: `${directory}.run`,
    });
    open.push(server);
    expect(await query(server.url(), 'SELECT inet_server_addr() AS address')).toEqual([{ address: null }]);
    await expect(query(`postgres://postgres:a%2Fb@127.0.0.1:${port}/postgres`, 'SELECT 1')).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('listens on TCP when the folder for its socket has too long a path', async () => {
    const directory = await closedFolder();
    const socketDirectory = `${directory}.${'x'.repeat(120)}`;
    const server = await PostgresServer.open({
      directory,
      port: await freePort(),
      password: 'x',
      socketDirectory,
    });
    open.push(server);
    expect(await query(server.url(), 'SELECT inet_server_addr()::text AS address')).toEqual([
      { address: '127.0.0.1/32' },
    ]);
  });

  it('keeps its data from one start to the next', async () => {
    const server = await newServer(await closedFolder());
    await query(server.url(), 'CREATE TABLE kept AS SELECT 42 AS n');
    await server.stop();
    await server.start();
    expect(await query(server.url(), 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('ends a server that a killed process left behind, and loses nothing', async () => {
    const directory = await closedFolder();
    const abandoned = await newServer(directory);
    await query(abandoned.url(), 'CREATE TABLE kept AS SELECT 7 AS n');
    const pid = Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10);
    const successor = await newServer(directory);
    expect(await query(successor.url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10)).not.toBe(pid);
  });

  it('makes the cluster anew when making it was broken off', async () => {
    const directory = await closedFolder();
    await mkdir(directory, { mode: 0o700 });
    await writeFile(join(directory, 'PG_VERSION'), '18\n');
    await writeFile(`${directory}.initial-password`, 'p@ss/word');
    const server = await newServer(directory);
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(`${directory}.initial-password`)).toBe(false);
  });

  it('starts again by itself when it was killed, and tells so', async () => {
    const directory = await closedFolder();
    const crashes: string[] = [];
    const server = await PostgresServer.open({
      directory,
      port: await freePort(),
      password: 'secret',
      onCrash: (lastWords) => crashes.push(lastWords),
    });
    open.push(server);
    await query(server.url(), 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
    await expect
      .poll(() => query(server.url(), 'SELECT n FROM kept').catch(() => null), { timeout: 20_000 })
      .toEqual([{ n: 1 }]);
    expect(crashes).toHaveLength(1);
  });

  it('refuses a wrong password', async () => {
    const server = await newServer(await closedFolder());
    const wrong = new URL(server.url());
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('says so when the cluster was made with another password, and leaves nothing running', async () => {
    const directory = await closedFolder();
    await (await newServer(directory)).stop();
    const options = { directory, port: await freePort(), password: 'forgotten' };
    await expect(PostgresServer.open(options)).rejects.toBeInstanceOf(PasswordRefused);
    await expect.poll(() => existsSync(join(directory, 'postmaster.pid')), { timeout: 20_000 }).toBe(false);
    expect(await query((await newServer(directory)).url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
