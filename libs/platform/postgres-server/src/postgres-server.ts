import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, DatabaseError } from 'pg';
import { postgresBinaries, type PostgresBinaries } from './binaries.js';
import { endLeftOver } from './left-over.js';
import { unprivileged, type Unprivileged } from './unprivileged.js';

const execute = promisify(execFile);

/** Where a cluster is and how its server runs. */
export interface PostgresServerOptions {
  /** Folder of the cluster; made when missing. The log is beside it, `<directory>.log`. */
  readonly directory: string;
  /** TCP port on 127.0.0.1; with a socket directory, only a part of the socket's name. */
  readonly port: number;
  /**
   * Folder of a Unix socket to listen on instead of TCP, emptied at each start. A round trip costs half of what it costs
   * over loopback. Ignored when its path is too long for a socket.
   */
  readonly socketDirectory?: string;
  /** Password of the superuser `postgres`; used when the cluster is made. */
  readonly password: string;
  /** Settings over PostgreSQL's own, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Told when the server ends without having been asked to; it is started again at once. Not started again unless set. */
  readonly onCrash?: (lastWords: string) => void;
  /** More flags for initdb. */
  readonly initdbFlags?: readonly string[];
}

const USER = 'postgres';
/** After a kill -9 the old processes hold the shared memory for some seconds. */
const START_PATIENCE_MS = 20_000;
const TRY_AGAIN_MS = 200;
/** A socket's whole path may have 107 bytes; `/.s.PGSQL.65535` comes after the folder. */
const SOCKET_PATH_MAX = 90;
const RISE_AGAIN_MS = 5_000;
const LAST_WORDS_BYTES = 8_192;
/** The encoding must not depend on the machine's locale. */
const INITDB_FLAGS = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=scram-sha-256',
  `--username=${USER}`,
];

/** SQLSTATE class of a refused login. */
const REFUSED_LOGIN = /^28/;

/** The cluster was made with another password than the one given. */
export class PasswordRefused extends Error {
  override readonly name = 'PasswordRefused';
}

/** A real PostgreSQL server, from binaries that npm installed, that belongs to this process. */
export class PostgresServer {
  private process: ChildProcess | null = null;
  private stopping = false;
  /** A start that nobody has asked for. */
  private rising: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: PostgresServerOptions,
    private readonly binaries: PostgresBinaries,
    private readonly user: Unprivileged,
  ) {}

  /**
   * Makes the cluster when there is none and starts its server; resolves when it accepts connections.
   * @throws PasswordRefused when the cluster has another password
   */
  static async open(options: PostgresServerOptions): Promise<PostgresServer> {
    const { socketDirectory, ...rest } = options;
    const sockets = socketDirectory === undefined ? '' : resolve(socketDirectory);
    const absolute = {
      ...rest,
      directory: resolve(options.directory),
      ...(sockets !== '' && sockets.length <= SOCKET_PATH_MAX && { socketDirectory: sockets }),
    };
    const binaries = await postgresBinaries();
    await mkdir(absolute.directory, { recursive: true, mode: 0o700 });
    const user = await unprivileged(absolute.directory);
    const server = new PostgresServer(absolute, binaries, user);
    await server.makeCluster();
    await server.start();
    return server;
  }

  /** Connection URL of a database of this server, as its superuser. */
  url(database = 'postgres'): string {
    const { password, port, socketDirectory } = this.options;
    const url = `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${database}`;
    return socketDirectory === undefined ? url : `${url}?host=${encodeURIComponent(socketDirectory)}`;
  }

  get running(): boolean {
    return this.process !== null && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Starts the server again after `stop`. A server that an earlier process left behind is ended first. */
  async start(): Promise<void> {
    this.stopping = false;
    await this.run();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    await endLeftOver(this.options.directory);
    await this.makeSocketDirectory();
    const deadline = Date.now() + START_PATIENCE_MS;
    for (;;) {
      const process = await this.launch();
      const accepted = await this.accepts(process).catch((error: unknown) => {
        process.kill('SIGINT');
        throw error;
      });
      if (accepted) {
        this.process = process;
        process.once('exit', () => (this.rising = this.rise()));
        return;
      }
      if (this.stopping) return;
      if (Date.now() > deadline) throw new Error(`PostgreSQL does not start: ${await this.lastWords()}`);
      await delay(TRY_AGAIN_MS);
    }
  }

  /**
   * Ends the server and waits for its end.
   * @param signal SIGINT disconnects everybody and writes a checkpoint; SIGQUIT and SIGKILL are crashes
   */
  async stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    this.stopping = true;
    await this.rising;
    const process = this.process;
    if (!process || !this.running) return;
    const ended = new Promise((resolveEnd) => process.once('exit', resolveEnd));
    process.kill(signal);
    await ended;
  }

  /** Starts again what ended by itself, for as long as it takes: a full disk may be freed. */
  private async rise(): Promise<void> {
    const { onCrash } = this.options;
    while (onCrash && !this.stopping && !this.running) {
      onCrash(await this.lastWords());
      await this.run().catch(() => delay(RISE_AGAIN_MS));
    }
  }

  private async makeCluster(): Promise<void> {
    const { directory, password, initdbFlags = [] } = this.options;
    const passwordFile = `${directory}.initial-password`;
    // The password's file outlives an initdb that was killed, and what that one left is half a cluster.
    const unfinished = existsSync(passwordFile);
    if (!unfinished && existsSync(join(directory, 'PG_VERSION'))) return;
    if (unfinished) await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    try {
      await chmod(directory, 0o700);
      const { owner } = this.user;
      if (owner) for (const path of [directory, passwordFile]) await chown(path, owner.uid, owner.gid);
      const [program = '', ...before] = [...this.user.prefix, this.binaries.initdb];
      const flags = [`--pgdata=${directory}`, `--pwfile=${passwordFile}`, ...INITDB_FLAGS, ...initdbFlags];
      await execute(program, [...before, ...flags], { ...this.user.identity, cwd: directory });
    } finally {
      await rm(passwordFile, { force: true });
    }
  }

  private async makeSocketDirectory(): Promise<void> {
    const { socketDirectory } = this.options;
    if (socketDirectory === undefined) return;
    await rm(socketDirectory, { recursive: true, force: true });
    await mkdir(socketDirectory, { mode: 0o700 });
    const { owner } = this.user;
    if (owner) await chown(socketDirectory, owner.uid, owner.gid);
  }

  private async launch(): Promise<ChildProcess> {
    const { directory, port, settings, socketDirectory } = this.options;
    const where =
      socketDirectory === undefined
        ? { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
        : { listen_addresses: '', unix_socket_directories: socketDirectory };
    const all = { ...where, ...settings };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]);
    const [program = '', ...before] = [...this.user.prefix, this.binaries.postgres];
    const log = await open(`${directory}.log`, 'a', 0o600);
    try {
      // A process group of its own: Ctrl-C is for us, who end the server when nobody needs it any more.
      return spawn(program, [...before, '-D', directory, '-p', String(port), ...flags], {
        ...this.user.identity,
        cwd: directory,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
    } finally {
      await log.close();
    }
  }

  private async accepts(process: ChildProcess): Promise<boolean> {
    let failed = false;
    process.once('error', () => (failed = true));
    while (!failed && process.exitCode === null && process.signalCode === null) {
      const client = new Client({ connectionString: this.url(), connectionTimeoutMillis: 5_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return true;
      } catch (error) {
        if (error instanceof DatabaseError && REFUSED_LOGIN.test(error.code ?? '')) {
          throw new PasswordRefused('PostgreSQL refuses the password of its superuser.', { cause: error });
        }
        await delay(20);
      }
    }
    return false;
  }

  private async lastWords(): Promise<string> {
    const log = await readEnd(`${this.options.directory}.log`, LAST_WORDS_BYTES).catch(() => '');
    return log.trim().split('\n').slice(-5).join(' | ');
  }
}

async function readEnd(path: string, bytes: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, Math.max(0, size - bytes));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
