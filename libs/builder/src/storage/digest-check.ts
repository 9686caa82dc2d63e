import { bytesDiffer } from './blob-storage.js';
import type { StreamListener } from './heard-stream.js';
import type { StreamDigest } from './stream-digest.js';

/** A stretch of a stream, and what its SHA-256 has to be; that may become known later. */
export interface KnownStretch {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string | Promise<string>;
}

/** Compares a stream with what is known of its stretches, which follow each other without gaps. */
export class DigestCheck implements StreamListener {
  private next = 0;
  /** Bytes of the present stretch that are still to come. */
  private left: number;
  private comparison: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | null = null;

  /**
   * @param what the stream is called in errors
   * @param stretches none of them empty
   */
  constructor(
    private readonly what: string,
    private readonly digest: StreamDigest<'sha256'>,
    private readonly stretches: readonly KnownStretch[],
  ) {
    this.left = stretches[0]?.size ?? 0;
  }

  /** @throws AppError BUILDER_BYTES_DIFFER as soon as that is known, which is after the stretch */
  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.failure !== null) throw this.failure.error;
      if (this.left === 0) throw bytesDiffer(this.what);
      const piece = bytes.subarray(at, at + this.left);
      await this.digest.update(piece);
      at += piece.length;
      this.left -= piece.length;
      if (this.left === 0) this.endStretch();
    }
  }

  /** Ends the stream. @throws AppError BUILDER_BYTES_DIFFER, also when it was too short */
  async finish(): Promise<void> {
    if (this.next < this.stretches.length) throw bytesDiffer(this.what);
    await this.comparison;
  }

  private endStretch(): void {
    const known = this.stretches[this.next]?.sha256;
    const digests = this.digest.finish();
    const compare = async (): Promise<void> => {
      if ((await digests).sha256 !== (await known)) throw bytesDiffer(this.what);
    };
    this.comparison = Promise.all([this.comparison, compare()]).then(() => undefined);
    this.comparison.catch((error: unknown) => (this.failure ??= { error }));
    this.next += 1;
    this.left = this.stretches[this.next]?.size ?? 0;
  }
}
