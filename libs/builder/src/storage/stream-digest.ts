import { createHash, type Hash } from 'node:crypto';

export type DigestAlgorithm = 'md5' | 'sha256';

/** Computes digests of one stream of bytes after another. */
export interface StreamDigest<Algorithm extends DigestAlgorithm> {
  /** Takes the next bytes; they may be used otherwise once it is done. */
  update(bytes: Uint8Array): Promise<void> | void;
  /** Ends a stream, so that the next bytes begin another. @returns lower-case hexadecimal */
  finish(): Promise<Record<Algorithm, string>>;
  /** Frees what it holds, whatever is under way. */
  close(): Promise<void>;
}

/** In the thread of its caller: for what is small. */
export class InlineDigest<Algorithm extends DigestAlgorithm> implements StreamDigest<Algorithm> {
  private hashes: Hash[];

  constructor(private readonly algorithms: readonly Algorithm[]) {
    this.hashes = this.begin();
  }

  update(bytes: Uint8Array): void {
    for (const hash of this.hashes) hash.update(bytes);
  }

  async finish(): Promise<Record<Algorithm, string>> {
    const digests = this.hashes.map((hash) => hash.digest('hex'));
    this.hashes = this.begin();
    return named(this.algorithms, digests);
  }

  async close(): Promise<void> {}

  private begin(): Hash[] {
    return this.algorithms.map((algorithm) => createHash(algorithm));
  }
}

export function named<Algorithm extends DigestAlgorithm>(
  algorithms: readonly Algorithm[],
  digests: readonly string[],
): Record<Algorithm, string> {
  const pairs = algorithms.map((algorithm, index) => [algorithm, digests[index] ?? '']);
  return Object.fromEntries(pairs) as Record<Algorithm, string>;
}
