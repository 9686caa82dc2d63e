import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpRequest, OwnedProcess, waitFor } from '@entrepot/testing';

export const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url));

const START_TIMEOUT_MS = 60_000;

/** One built program as its own process, which can be killed and started again with the same settings. */
export class Program {
  private process: OwnedProcess | null = null;

  constructor(
    private readonly name: string,
    readonly httpPort: number,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly cwd: string,
  ) {}

  get httpUrl(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const main = join(WORKSPACE, 'apps', this.name, 'dist/main.js');
    const started = OwnedProcess.start(process.execPath, ['--enable-source-maps', main], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.settings },
      cwd: this.cwd,
      parentDeathSignal: 'SIGTERM',
      graceMs: 30_000,
    });
    this.process = started;
    await waitFor(
      async () => {
        started.assertRunning();
        return (await httpRequest(`${this.httpUrl}/readyz`)).status === 200;
      },
      { what: `${this.name} to be ready`, timeoutMs: START_TIMEOUT_MS },
    );
  }

  async kill(): Promise<void> {
    await this.process?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.process?.end('SIGTERM');
  }

  /** Process id; 0 when it does not run. */
  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Those of the last log lines that contain the text. */
  linesWith(text: string): string[] {
    return (this.process?.log ?? '').split('\n').filter((line) => line.includes(text));
  }
}
