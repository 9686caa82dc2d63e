import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { OwnedProcess } from './owned-process.js';
import type { Restartable } from './running.js';
import { started } from './started.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

export interface RunningNats extends Restartable {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts a real nats-server (Debian package) with JetStream. From 2.10 on it brings each message to the disk before it
 * acknowledges (`sync_interval: always`); 2.9, which bookworm has, refuses to start with that setting.
 */
export async function startNats(): Promise<RunningNats> {
  const directory = await temporaryDirectory('nats');
  const storeDir = join(directory, 'store');
  await mkdir(storeDir);
  const port = await freePort();
  const sync = (await knowsSyncInterval()) ? ', sync_interval: always' : '';
  await writeFile(
    join(directory, 'nats.conf'),
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${storeDir}"${sync} }\n`,
  );
  return started(new NatsServer(directory, port));
}

class NatsServer implements RunningNats {
  readonly url: string;
  private process: OwnedProcess | null = null;

  constructor(
    private readonly directory: string,
    readonly port: number,
  ) {
    this.url = `nats://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    if (this.process?.running) return;
    const process = OwnedProcess.start('nats-server', ['-c', join(this.directory, 'nats.conf')]);
    this.process = process;
    const ready = async (): Promise<boolean> => !process.running || (await greetsWithJetStream(this.port));
    await waitFor(ready, { what: 'nats-server to serve JetStream' });
    process.assertRunning();
  }

  async halt(): Promise<void> {
    await this.process?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.process?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.process?.end('SIGKILL');
    await removeDirectory(this.directory);
  }
}

async function knowsSyncInterval(): Promise<boolean> {
  const { stdout } = await promisify(execFile)('nats-server', ['--version']);
  const [major = 0, minor = 0] = (/v?(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}

/** The server's first line to a client is `INFO {…}`. */
function greetsWithJetStream(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('close', () => resolve(false));
    socket.once('data', (greeting) => {
      resolve(/"jetstream":\s*true/.test(greeting.toString()));
      socket.destroy();
    });
  });
}
