import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { OwnedProcess } from './owned-process.js';
import type { Restartable } from './running.js';
import { started } from './started.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

export interface ClamdOptions {
  /** A text that counts as a virus wherever it stands, and what it is called. */
  readonly signature: { readonly name: string; readonly text: string };
  /** Streams of more bytes are not looked at. */
  readonly maxStreamBytes: number;
}

/** A running clamd. */
export interface Clamd extends Restartable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly socketPath: string;
}

/** Starts a real clamd (Debian package) in the foreground, knowing one signature; ready when it answers. */
export async function startClamd(options: ClamdOptions): Promise<Clamd> {
  const directory = await temporaryDirectory('clamd');
  return started(new ClamdServer(directory, await freePort(), options));
}

class ClamdServer implements Clamd {
  private process: OwnedProcess | null = null;
  readonly address: string;
  readonly socketPath: string;

  constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly options: ClamdOptions,
  ) {
    this.address = `127.0.0.1:${port}`;
    this.socketPath = join(directory, 'clamd.sock');
  }

  async start(): Promise<void> {
    if (this.process?.running) return;
    const signatures = join(this.directory, 'signatures');
    const { signature, maxStreamBytes } = this.options;
    await mkdir(signatures, { recursive: true });
    // Name, any kind of file, anywhere in it, the bytes in hexadecimal.
    const line = `${signature.name}:0:*:${Buffer.from(signature.text).toString('hex')}\n`;
    await writeFile(join(signatures, 'own.ndb'), line);
    const config = [
      'Foreground yes',
      `DatabaseDirectory ${signatures}`,
      `TemporaryDirectory ${this.directory}`,
      `LocalSocket ${this.socketPath}`,
      'TCPAddr 127.0.0.1',
      `TCPSocket ${this.port}`,
      `StreamMaxLength ${maxStreamBytes}`,
    ];
    const path = join(this.directory, 'clamd.conf');
    await writeFile(path, `${config.join('\n')}\n`);
    const process = OwnedProcess.start('/usr/sbin/clamd', ['--config-file', path]);
    this.process = process;
    const ready = async (): Promise<boolean> => !process.running || (await isAnswering(this.port));
    await waitFor(ready, { what: `clamd to answer on ${this.port}`, timeoutMs: 30_000 });
    process.assertRunning();
  }

  async halt(): Promise<void> {
    await this.process?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.process?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.halt();
    await removeDirectory(this.directory);
  }
}

async function isAnswering(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  try {
    socket.write('zPING\0');
    for await (const chunk of socket) answer += String(chunk);
  } catch {
    return false;
  }
  return answer.startsWith('PONG');
}
