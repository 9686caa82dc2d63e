import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigestNote } from './disk-digest-note.js';
import type { ObjectStat } from './object-store.js';

/** Walks the files below the root whose path begins with the prefix, in the order that S3 lists keys (by their bytes). */
export async function* listFiles(
  root: string,
  prefix: string,
  folder = '',
): AsyncGenerator<ObjectStat, void> {
  for (const { name, isFolder } of await entries(join(root, folder))) {
    const key = folder + name;
    if (isFolder) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFiles(root, prefix, key);
    } else if (key.startsWith(prefix) && !isDigestNote(name)) {
      const facts = await stat(join(root, key)).catch(ifAbsent(null));
      if (facts !== null) yield { key, size: facts.size, sha256: null, modifiedAt: facts.mtime };
    }
  }
}

/** A folder's entries; folders end with `/`, so that they sort as they do within whole keys. */
async function entries(path: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found: Dirent[] = await readdir(path, { withFileTypes: true }).catch(ifAbsent([]));
  return found
    .map((entry) => ({
      name: entry.isDirectory() ? `${entry.name}/` : entry.name,
      isFolder: entry.isDirectory(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is deleted while we walk is simply not there. */
function ifAbsent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
