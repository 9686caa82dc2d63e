import { AppError } from '@entrepot/kernel';
import type { ObjectStore } from '@entrepot/platform-object-store';
import { describe, expect, it } from 'vitest';
import { DeleteBlobs } from './delete-blobs.js';
import type { PublishedBlobRepository } from './published-blob.repository.js';

const PACKAGE = { area: 'package', owner: '1700000001' } as const;

/** A store of so many blobs, and a repository that tells when its lock is let go. */
class Trial {
  readonly keys: Set<string>;
  readonly asked: string[] = [];
  isLocked = false;
  /** What becomes of one deletion. */
  outcome: (key: string) => Promise<void> = () => Promise.resolve();
  readonly remove: DeleteBlobs;

  constructor(blobs: number) {
    this.keys = new Set(Array.from({ length: blobs }, (_, n) => `package/${PACKAGE.owner}/blob-${n}`));
    const store = {
      list: () => this.list(),
      delete: async (key: string) => {
        this.asked.push(key);
        await this.outcome(key);
        this.keys.delete(key);
      },
    };
    const published = {
      list: () => Promise.resolve([]),
      exclusively: async (_fileId: string, work: () => Promise<void>) => {
        this.isLocked = true;
        await work().finally(() => (this.isLocked = false));
      },
    };
    this.remove = new DeleteBlobs(
      store as unknown as ObjectStore,
      published as unknown as PublishedBlobRepository,
    );
  }

  private async *list(): AsyncGenerator<{ key: string }> {
    for (const key of [...this.keys]) yield { key };
  }
}

describe('DeleteBlobs', () => {
  it('keeps its lock after a failure until the deletions under way are over, and begins no other', async () => {
    const trial = new Trial(100);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const failure = new Error('refused');
    trial.outcome = () => (trial.asked.length === 1 ? Promise.reject(failure) : gate);
    const failed = trial.remove.execute(PACKAGE).catch((error: unknown) => error);
    let isOver = false;
    void failed.then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([isOver, trial.isLocked, trial.asked.length]).toEqual([false, true, 8]);
    release();
    expect(await failed).toBe(failure);
    expect(trial.asked).toHaveLength(8);
  });

  it('deletes so many at once, and says so when some are left', async () => {
    const trial = new Trial(5_001);
    const first = await trial.remove.execute(PACKAGE).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(AppError);
    expect(first).toMatchObject({ definition: { code: 'FRAGMENTS_DELETION_UNFINISHED' } });
    expect(trial.keys.size).toBe(1);
    await trial.remove.execute(PACKAGE);
    expect(trial.keys.size).toBe(0);
  });
});
