import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

export interface RealAgentOptions {
  /** URL to report to, as in the agent's configuration: `http://127.0.0.1:8080/ocsinventory`. */
  readonly server: string;
  /** The agent's state folder (basevardir), kept from run to run; made when missing. One per machine. */
  readonly dir: string;
  /** Host name that the agent sees; it becomes the beginning of its DEVICEID. */
  readonly hostname: string;
  readonly tag?: string;
  /** Path of the PEM that verifies info files, which are always https; without it no package can be fetched. */
  readonly ca?: string;
  /** True sends SOFTWARES too, which costs the agent a second; false unless told. */
  readonly softwares?: boolean;
  /** Milliseconds after which the agent and its downloader are killed; 60,000 unless told. */
  readonly timeoutMs?: number;
  /** Environment variables besides our own, such as `http_proxy`, which is all that a Unix agent knows of proxies. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the agent and its downloader when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface RealAgentRun {
  readonly exitCode: number | null;
  /** Everything that the agent and its downloader printed. */
  readonly log: string;
  readonly timedOut: boolean;
}

/**
 * Runs the real ocsinventory-agent (Debian package) once, isolated from others on this machine (AGENT-BEHAVIOUR.md, last
 * section). Resolves when its output has ended, which is when its downloader has ended too.
 */
export async function runAgent(options: RealAgentOptions): Promise<RealAgentRun> {
  if (!existsSync('/usr/bin/ocsinventory-agent'))
    throw new Error('runAgent needs: apt-get install ocsinventory-agent');
  await mkdir(options.dir, { recursive: true });
  const namespace = userInfo().uid === 0 ? ['--uts'] : ['-r', '--uts'];
  const script = 'hostname "$0" && exec ocsinventory-agent "$@"';
  const child = spawn(
    'unshare',
    [...namespace, '--', 'sh', '-c', script, options.hostname, ...agentArguments(options)],
    // A process group of its own, so that the downloader, which the agent forks, can be ended with it.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  const endGroup = (): void => killGroup(child.pid);
  process.once('exit', endGroup);
  options.signal?.addEventListener('abort', endGroup);
  let log = '';
  let timedOut = false;
  const keep = (bytes: Buffer): void => {
    log += bytes.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup();
  }, options.timeoutMs ?? 60_000);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, log, timedOut };
  } finally {
    clearTimeout(timer);
    process.off('exit', endGroup);
    options.signal?.removeEventListener('abort', endGroup);
  }
}

/** Where the agent keeps what it knows of one server: ocsinv.conf, ocsinv.adm, cacert.pem, download/. */
export function agentStateDir(dir: string, url: string): string {
  return join(dir, url.replaceAll('/', '_'));
}

/** Waits until no downloader of that state folder is at work, by the lock that it holds while it lives. */
export async function waitForDownloader(stateDir: string, timeoutMs = 30_000): Promise<void> {
  const lock = join(stateDir, 'download', 'lock');
  await waitFor(async () => !existsSync(lock) || (await isFree(lock)), {
    what: `the downloader to release ${lock}`,
    timeoutMs,
  });
}

function agentArguments({ server, dir, tag, ca, softwares }: RealAgentOptions): string[] {
  return [
    '--nolocal',
    '--debug',
    `--basevardir=${dir}`,
    `--server=${server}`,
    ...(softwares === true ? [] : ['--nosoftware']),
    ...(tag === undefined ? [] : [`--tag=${tag}`]),
    ...(ca === undefined ? [] : [`--ca=${ca}`]),
  ];
}

function isFree(lock: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['--nonblock', lock, 'true'], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
