import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { OwnedProcess } from './owned-process.js';
import type { Restartable } from './running.js';
import { squidConfig, type SquidConfig } from './squid-config.js';
import { started } from './started.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

const SQUID = '/usr/sbin/squid';
/** Whose squid Debian's is; root is not let into its cache. */
const USER = 'proxy';

export interface SquidOptions extends Pick<SquidConfig, 'allowsPurge' | 'wantsPassword'> {
  /** Port of 127.0.0.1 whose server it accelerates; none unless told. It is a forward proxy in any case. */
  readonly origin?: number;
}

/** One line of squid's access log. */
export interface SquidAccess {
  /** What squid did: `TCP_MISS`, `TCP_HIT`, `TCP_MEM_HIT`, `TCP_TUNNEL`, `TCP_DENIED`, … */
  readonly result: string;
  readonly status: number;
  /** Bytes sent to the client, headers included. */
  readonly bytes: number;
  readonly method: string;
  /** Absolute; `host:port` of CONNECT. */
  readonly url: string;
}

export interface RunningSquid extends Restartable {
  /** Where it is a forward proxy, as in http_proxy. */
  readonly url: string;
  readonly port: number;
  /** Where it accelerates the origin; 0 without one. */
  readonly acceleratorPort: number;
  /** What it was asked for so far, oldest first. */
  accesses(): Promise<SquidAccess[]>;
}

/** Starts a real squid (Debian package) with an empty cache; ready when it accepts on all its ports. */
export async function startSquid({ origin, ...options }: SquidOptions = {}): Promise<RunningSquid> {
  if (!existsSync(SQUID)) throw new Error('startSquid needs: apt-get install squid');
  const port = await freePort();
  const acceleratorPort = origin === undefined ? 0 : await freePort();
  const directory = await temporaryDirectory('squid');
  const accelerator = origin === undefined ? undefined : { port: acceleratorPort, origin };
  const config = squidConfig(directory, {
    ...options,
    forwardPort: port,
    ...(accelerator && { accelerator }),
  });
  await writeFile(join(directory, 'squid.conf'), config);
  await mkdir(join(directory, 'cache'));
  if (isRoot()) await run('chown', ['-R', `${USER}:${USER}`, directory]);
  return started(new SquidServer(directory, port, acceleratorPort));
}

class SquidServer implements RunningSquid {
  readonly url: string;
  private process: OwnedProcess | null = null;

  constructor(
    private readonly directory: string,
    readonly port: number,
    readonly acceleratorPort: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    if (this.process?.running) return;
    await this.makeCacheFolders();
    const [command = SQUID, ...args] = this.command('-N', '-d1');
    const process = OwnedProcess.start(command, args);
    this.process = process;
    const ports = [this.port, this.acceleratorPort].filter((port) => port > 0);
    const ready = async (): Promise<boolean> =>
      !process.running || (await Promise.all(ports.map(accepts))).every(Boolean);
    await waitFor(ready, { what: `squid to listen on ${ports.join(', ')}` });
    process.assertRunning();
  }

  async halt(): Promise<void> {
    await this.process?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.process?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    await removeDirectory(this.directory);
  }

  async accesses(): Promise<SquidAccess[]> {
    const text = await readFile(join(this.directory, 'access.log'), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [, , , resultAndStatus = '', bytes = '', method = '', url = ''] = line.split(/ +/);
      const [result = '', status = ''] = resultAndStatus.split('/');
      // A connection without a request is one of ours, to see whether it accepts.
      return url === '' || url.startsWith('error:')
        ? []
        : [{ result, status: Number(status), bytes: Number(bytes), method, url }];
    });
  }

  /** Makes what is missing of the folders in the cache's folder; squid ends by itself when it has. */
  private async makeCacheFolders(): Promise<void> {
    const [command = SQUID, ...args] = this.command('-N', '-z');
    await run(command, args);
  }

  /** The death signal is lost when a process changes its user, so it is asked for once more after that. */
  private command(...flags: string[]): string[] {
    const as = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--pdeathsig=KILL', '--'];
    return [...(isRoot() ? as : []), SQUID, '-f', join(this.directory, 'squid.conf'), ...flags];
  }
}

function isRoot(): boolean {
  return userInfo().uid === 0;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', reject);
  });
}
