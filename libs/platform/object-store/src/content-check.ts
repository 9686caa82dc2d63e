import { createHash, type Hash } from 'node:crypto';
import { AppError } from '@entrepot/kernel';
import { OBJECT_STORE_ERRORS } from './errors.js';
import type { ExpectedContent, StoredContent } from './object-store.js';

/** Measures what is written and holds it against what was announced. */
export class ContentCheck {
  private readonly hash: Hash = createHash('sha256');
  private size = 0;

  constructor(private readonly expected: ExpectedContent = {}) {}

  /** @throws AppError OBJECT_STORE_SIZE_MISMATCH as soon as there is more than announced */
  update(bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.expected.size !== undefined && this.size > this.expected.size)
      throw this.sizeMismatch('or more');
    this.hash.update(bytes);
  }

  /** @throws AppError OBJECT_STORE_SIZE_MISMATCH, OBJECT_STORE_DIGEST_MISMATCH */
  finish(): StoredContent {
    const sha256 = this.hash.digest('hex');
    if (this.expected.size !== undefined && this.size !== this.expected.size)
      throw this.sizeMismatch('in all');
    if (this.expected.sha256 !== undefined && sha256 !== this.expected.sha256) {
      throw new AppError(
        OBJECT_STORE_ERRORS.OBJECT_STORE_DIGEST_MISMATCH,
        `Announced SHA-256 ${this.expected.sha256}, got ${sha256}`,
        { field: 'sha256' },
      );
    }
    return { size: this.size, sha256 };
  }

  private sizeMismatch(extent: string): AppError {
    return new AppError(
      OBJECT_STORE_ERRORS.OBJECT_STORE_SIZE_MISMATCH,
      `Announced ${this.expected.size} bytes, got ${this.size} ${extent}`,
      { field: 'size' },
    );
  }
}
