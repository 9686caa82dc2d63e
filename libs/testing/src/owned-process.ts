import { spawn, type ChildProcess } from 'node:child_process';
import { platform } from 'node:os';

export interface OwnedProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Lets `type` be used; nothing can be read from its input unless told. */
  readonly input?: boolean;
  /** Sent when our own process ends, whatever way it ends; SIGKILL unless told. */
  readonly parentDeathSignal?: 'SIGKILL' | 'SIGTERM';
  /** Milliseconds that a polite signal may take before SIGKILL follows; 10,000 unless told. */
  readonly graceMs?: number;
}

const OUTPUT_LIMIT = 64 * 1024;
const alive = new Map<ChildProcess, NodeJS.Signals>();

process.on('exit', () => {
  for (const [child, signal] of alive) child.kill(signal);
});

/**
 * A child process that does not outlive us: it is signalled when we exit, and by the kernel (through util-linux'
 * setpriv) when we are killed. Its output is kept, up to 64 KiB, for messages.
 */
export class OwnedProcess {
  private output = '';
  private readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly command: string,
    private readonly graceMs: number,
  ) {
    const keep = (bytes: Buffer): void => {
      this.output = (this.output + bytes.toString('utf8')).slice(-OUTPUT_LIMIT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        alive.delete(child);
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.output += error.message;
        end();
      });
    });
  }

  static start(command: string, args: readonly string[], options: OwnedProcessOptions = {}): OwnedProcess {
    const signal = options.parentDeathSignal ?? 'SIGKILL';
    const wrapper = platform() === 'linux' ? ['setpriv', `--pdeathsig=${signal.slice(3)}`, '--'] : [];
    const [program = command, ...rest] = [...wrapper, command, ...args];
    const child = spawn(program, rest, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    alive.set(child, signal);
    return new OwnedProcess(child, command, options.graceMs ?? 10_000);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return alive.has(this.child);
  }

  /** Null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Sends text to its input, which it must have been started with. */
  type(text: string): void {
    if (this.child.stdin === null) throw new Error(`${this.command} was started without input`);
    this.child.stdin.write(text);
  }

  /** What it printed last. */
  get log(): string {
    return this.output;
  }

  /** @throws Error with its last output when the process has ended; for readiness conditions. */
  assertRunning(): void {
    if (!this.running) throw new Error(`${this.command} ended (${this.child.exitCode}): ${this.output}`);
  }

  /** Sends a signal and waits for the end; SIGKILL follows when the time of grace is over. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), this.graceMs);
    await this.ended;
    clearTimeout(timer);
  }
}
