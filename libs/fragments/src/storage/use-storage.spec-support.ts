import { removeDirectory, temporaryDirectory, useDatabase } from '@entrepot/testing';
import { afterAll, beforeAll } from 'vitest';
import { StorageTrial } from './storage-trial.spec-support.js';

/** A fragments program on a disk, as a spec file uses it; only inside hooks and tests. */
export class UsedStorage {
  private running: StorageTrial | null = null;
  /** Folder of the stored objects. */
  directory = '';

  constructor(private readonly url: () => string) {}

  get trial(): StorageTrial {
    if (this.running === null) throw new Error('useStorage(): it runs only inside hooks and tests');
    return this.running;
  }

  async start(): Promise<void> {
    this.running = await StorageTrial.onDisk(this.url(), this.directory);
  }
}

/** Gives a spec file a fragments program with a database and a folder of its own. Call it at the top of the file. */
export function useStorage(): UsedStorage {
  const database = useDatabase();
  const used = new UsedStorage(() => database.url());
  beforeAll(async () => {
    used.directory = await temporaryDirectory('fragments');
    await used.start();
  });
  afterAll(async () => {
    await used.trial.stop();
    await removeDirectory(used.directory);
  });
  return used;
}

/** The code with which something is refused; `accepted` when it is not. */
export function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}
