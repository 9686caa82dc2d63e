import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join, resolve } from 'node:path';
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
    for (;;) {
      try {
        const file = await open(lock, 'wx', 0o600);
        await file.writeFile(`${String(process.pid)} ${await startOf(process.pid)}`);
        await file.close();
        return directory;
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
        const [pid = '', start = ''] = (await readFile(lock, 'utf8').catch(() => '')).split(' ');
        if (start !== '' && start === (await startOf(Number(pid)))) {
          throw new StartRefused(`Entrepot is already running on ${directory.path} (process ${pid}).`);
        }
        await rm(lock, { force: true });
      }
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Reads a secret; null when there is none. */
  async readSecret(name: string): Promise<string | null> {
    return readFile(this.file(name), 'utf8').then(
      (text) => text.trim(),
      () => null,
    );
  }

  /** Writes a secret whole or not at all, for the owner only. */
  async writeSecret(name: string, secret: string): Promise<void> {
    const unfinished = this.file(`.${name}`);
    await writeFile(unfinished, `${secret}\n`, { mode: 0o600 });
    await rename(unfinished, this.file(name));
  }

  async release(): Promise<void> {
    await rm(this.file(LOCK), { force: true });
  }
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
