import { mkdir, open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder below the root, durably: a new entry is only safe when the folder that holds it is synced. */
export async function makeFolder(folder: string, root: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made !== root && made.length > root.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Makes the names inside a folder safe against a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes a folder and its parents up to the root, as long as they are empty. */
export async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let empty = folder; empty !== root; empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch {
      return;
    }
  }
}
