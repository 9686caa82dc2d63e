import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 50;

/**
 * Ends the server that a killed process left running on a data directory. Its pid comes from `postmaster.pid`; the
 * process must really have that directory as its own before it is touched.
 */
export async function endLeftOver(directory: string): Promise<void> {
  const content = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  if (!Number.isInteger(pid) || !(await isServerOf(directory, pid))) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + PATIENCE_MS;
  while (await isServerOf(directory, pid)) {
    if (Date.now() > deadline)
      throw new Error(`A PostgreSQL server (pid ${String(pid)}) does not leave ${directory}`);
    await delay(LOOK_AGAIN_MS);
  }
}

async function isServerOf(directory: string, pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(directory);
}
