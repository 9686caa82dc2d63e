import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a fresh folder below the system's temporary folder; traversable, so that servers that drop root can enter. */
export async function temporaryDirectory(name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `entrepot-${name}-`));
  await chmod(directory, 0o755);
  return directory;
}

/** Removes a folder with all that is in it; no error when it is gone already. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
