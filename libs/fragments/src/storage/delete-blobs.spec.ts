import { AppError } from '@entrepot/kernel';
import type { ObjectStore } from '@entrepot/platform-object-store';
import { describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import type { ContentRepository } from './content.repository.js';
import { DeleteBlobs } from './delete-blobs.js';
import type { PublishedPackageRepository } from './published-package.repository.js';

const PACKAGE = { area: 'package', owner: '1700000001' } as const;

/** A store of so many blobs, and repositories that tell when their lock is let go. */
class Trial {
  readonly keys: Set<string>;
  readonly asked: string[] = [];
  /** Keys that contents of other packages have their bytes under. */
  readonly used = new Set<string>();
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
    const database = {
      transaction: async (work: () => Promise<void>) => {
        await work().finally(() => (this.isLocked = false));
      },
    };
    const packages = {
      lock: () => Promise.resolve((this.isLocked = true)),
      find: () => Promise.resolve(null),
    };
    const contents = { keysInUse: () => Promise.resolve(this.used) };
    this.remove = new DeleteBlobs(
      store as unknown as ObjectStore,
      database as unknown as DataSource,
      packages as unknown as PublishedPackageRepository,
      contents as unknown as ContentRepository,
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

  it('leaves the objects that are those of contents', async () => {
    const trial = new Trial(5_001);
    const kept = `package/${PACKAGE.owner}/blob-7`;
    trial.used.add(kept);
    await trial.remove.execute(PACKAGE);
    expect([...trial.keys]).toEqual([kept]);
  });
});
