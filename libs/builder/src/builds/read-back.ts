import type { BlobAddress, PublishedBlob } from '@entrepot/contracts';
import { type BlobStorage, bytesDiffer } from '../storage/blob-storage.js';
import type { DigestCheck } from '../storage/digest-check.js';
import { heardBy, type StreamListener } from '../storage/heard-stream.js';

/**
 * Reads the fragments that a build has stored, one after another and beside the storing of the next ones, and compares
 * their bytes with what they were made of.
 */
export class ReadBack {
  private work: Promise<void> = Promise.resolve();
  private isGivenUp = false;
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly storage: BlobStorage,
    private readonly check: DigestCheck,
    private readonly progress: StreamListener,
  ) {}

  /** @throws what was found out about an earlier one */
  add(address: BlobAddress, blob: PublishedBlob): void {
    if (this.failure !== null) throw this.failure.error;
    this.work = this.work.then(() => this.read(address, blob));
    this.work.catch((error: unknown) => (this.failure ??= { error }));
  }

  /** @throws AppError BUILDER_BYTES_DIFFER, BUILDER_STORAGE_UNAVAILABLE */
  async finish(): Promise<void> {
    await this.work;
    await this.check.finish();
  }

  /** Ends the reading, whatever is under way. */
  async close(): Promise<void> {
    this.isGivenUp = true;
    await this.work.catch(() => undefined);
  }

  private async read(address: BlobAddress, { name, size }: PublishedBlob): Promise<void> {
    let left = size;
    const bytes = heardBy(this.storage.read(address), [this.check, this.progress]);
    for await (const { length } of bytes) {
      if (this.isGivenUp) return;
      left -= length;
    }
    if (left !== 0) throw bytesDiffer(name);
  }
}
