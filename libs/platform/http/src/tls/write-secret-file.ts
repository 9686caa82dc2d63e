import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';

/** Replaces a file as a whole, readable by its owner only (or with another mode); a crash leaves the old or the new. */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = await writeBeside(path, content, mode);
  await rename(temporary, path);
}

/**
 * Makes a file that only its owner can read, unless somebody else has made it first.
 * @returns whether the file is ours
 */
export async function createFile(path: string, content: string): Promise<boolean> {
  const temporary = await writeBeside(path, content, 0o600);
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeBeside(path: string, content: string, mode: number): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', mode);
  try {
    await file.chmod(mode); // Whatever the umask is.
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}
