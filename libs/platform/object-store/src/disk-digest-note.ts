import type { BigIntStats } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/*
 * An object's SHA-256 is kept in a small file beside it. `+` cannot occur in a key, so a note never collides with an
 * object. Two files cannot change as one, hence the note also names the size and the time stamp of the object it was
 * written for: where they differ, the digest counts as unknown.
 */

const SUFFIX = '+sha256';

/** True for the name of a note, which is no object. */
export function isDigestNote(name: string): boolean {
  return name.endsWith(SUFFIX);
}

export function digestNotePath(path: string): string {
  return path + SUFFIX;
}

/** Writes the note of a draft whose last byte is written. */
export async function writeDigestNote(draft: string, sha256: string, facts: BigIntStats): Promise<void> {
  await writeFile(digestNotePath(draft), `${sha256} ${identity(facts)}\n`);
}

/** The digest of the object at that path, or null when no note of exactly this object is there. */
export async function readDigestNote(path: string, facts: BigIntStats): Promise<string | null> {
  let note: string;
  try {
    note = await readFile(digestNotePath(path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const sha256 = note.slice(0, 64);
  return note === `${sha256} ${identity(facts)}\n` ? sha256 : null;
}

function identity({ size, mtimeNs }: BigIntStats): string {
  return `${size} ${mtimeNs}`;
}
