import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import type { FoundBlob } from '../storage/published-blob.repository.js';
import { fileUnavailable } from './find-published-file.js';

/** What was seen of an object counts for so long. */
const SEEN_MS = 60_000;
const MOST_SEEN = 10_000;

/** Whether objects are there and as long as they should be, for files that somebody else reads. */
@Injectable()
export class StoredLengths {
  /** Until when each object counts as seen. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly store: ObjectStore) {}

  /** @throws AppError FRAGMENTS_STORE_UNAVAILABLE unless the store has it, in full length, now or a minute ago */
  async check({ objectKey, size }: FoundBlob): Promise<void> {
    const now = performance.now();
    if ((this.seen.get(objectKey) ?? 0) > now) return;
    const found = await this.store.stat(objectKey).catch((error: unknown) => {
      throw fileUnavailable(error);
    });
    if (found?.size !== size)
      throw fileUnavailable(
        new Error(`The store has ${found?.size ?? 'none'} of the ${size} bytes of ${objectKey}.`),
      );
    if (this.seen.size >= MOST_SEEN) this.seen.clear();
    this.seen.set(objectKey, now + SEEN_MS);
  }
}
