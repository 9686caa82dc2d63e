import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { OwnedProcess } from './owned-process.js';
import type { Restartable } from './running.js';
import { started } from './started.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

export interface NginxOptions {
  /**
   * A whole nginx.conf whose `listen` directives name ports of 127.0.0.1; its relative paths start in the server's own
   * fresh folder. `pid` and `daemon` are set from here.
   */
  readonly config: string;
}

const LISTEN = /^\s*listen\s+(?:[\w.[\]:-]+:)?(\d+)\b/gm;

/** Starts a real nginx (Debian package) in the foreground; ready when every port it listens on accepts. */
export async function startNginx({ config }: NginxOptions): Promise<Restartable> {
  const ports = [...new Set([...config.matchAll(LISTEN)].map((match) => Number(match[1])))];
  if (ports.length === 0)
    throw new Error('startNginx: the configuration has no "listen" directive with a port');
  const directory = await temporaryDirectory('nginx');
  await writeFile(join(directory, 'nginx.conf'), config);
  return started(new NginxServer(directory, ports));
}

class NginxServer implements Restartable {
  private process: OwnedProcess | null = null;

  constructor(
    private readonly directory: string,
    private readonly ports: readonly number[],
  ) {}

  async start(): Promise<void> {
    if (this.process?.running) return;
    const { directory } = this;
    const globals = `daemon off; pid ${directory}/nginx.pid;`;
    // Only the master can end its workers, so it must be asked politely even when we are killed.
    const process = OwnedProcess.start(
      'nginx',
      [
        '-p',
        directory,
        '-c',
        join(directory, 'nginx.conf'),
        '-e',
        join(directory, 'error.log'),
        '-g',
        globals,
      ],
      { parentDeathSignal: 'SIGTERM' },
    );
    this.process = process;
    const ready = async (): Promise<boolean> =>
      !process.running || (await Promise.all(this.ports.map(accepts))).every(Boolean);
    await waitFor(ready, { what: `nginx to listen on ${this.ports.join(', ')}` });
    process.assertRunning();
  }

  async halt(): Promise<void> {
    await this.process?.end('SIGTERM');
  }

  /** A fast shutdown: killing the master alone would leave workers that serve on. */
  async kill(): Promise<void> {
    await this.halt();
  }

  async stop(): Promise<void> {
    await this.halt();
    await removeDirectory(this.directory);
  }
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
