import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join, resolve } from 'node:path';
import { createFile, replaceFile } from '@entrepot/platform-http';
import { StartRefused } from '@entrepot/platform-program';

const LOCK = 'entrepot.lock';

/** The folder in which an embedded installation keeps everything, claimed by one process at a time. */
export class DataDirectory {
  private constructor(readonly path: string) {}

  /**
   * Makes the folder when it is missing and claims it. The claim of a process that was killed is taken over.
   * @throws StartRefused when a living process has it
   */
  static async claim(path: string): Promise<DataDirectory> {
    const directory = new DataDirectory(resolve(path));
    await mkdir(directory.path, { recursive: true, mode: 0o700 });
    const lock = directory.file(LOCK);
    const claim = `${String(process.pid)} ${await startOf(process.pid)}`;
    while (!(await createFile(lock, claim))) {
      const held = await readText(lock);
      if (held === null) continue;
      const [pid = '', start = ''] = held.split(' ');
      if (start !== '' && start === (await startOf(Number(pid)))) {
        throw new StartRefused(`Entrepot is already running on ${directory.path} (process ${pid}).`);
      }
      await takeAway(lock, held);
    }
    return directory;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Reads a secret; null when there is none or it is empty. */
  async readSecret(name: string): Promise<string | null> {
    return (await readText(this.file(name)))?.trim() || null;
  }

  /** Writes a secret whole or not at all, for the owner only. */
  async writeSecret(name: string, secret: string): Promise<void> {
    await replaceFile(this.file(name), `${secret}\n`);
  }

  async release(): Promise<void> {
    await rm(this.file(LOCK), { force: true });
  }
}

/** Null when there is no such file. */
async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Removes the claim of a dead process, but gives back one that somebody quicker has made meanwhile. */
async function takeAway(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === stale) await rm(aside);
  else await rename(aside, lock);
}

/**
 * When a process began, in the kernel's ticks: a pid alone may belong to somebody else by now. Empty when it is gone;
 * where there is no `/proc`, being alive must do.
 */
async function startOf(pid: number): Promise<string> {
  if (platform() !== 'linux') return isAlive(pid) ? 'alive' : '';
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
