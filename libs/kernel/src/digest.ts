import { createHash, type Hash } from 'node:crypto';

/** Digests of one stream of bytes, in lower-case hexadecimal. */
export interface Digests {
  /** For us: what stored bytes are addressed and checked by. */
  readonly sha256: string;
  /** For agents, who know nothing better (OCS-PROTOCOL.md §5.2, DIGEST). */
  readonly md5: string;
  /** Length in bytes. */
  readonly size: number;
}

/** Computes SHA-256, MD5 and size in one pass over a stream. */
export class DigestMeter {
  private readonly sha256: Hash = createHash('sha256');
  private readonly md5: Hash = createHash('md5');
  private size = 0;

  update(bytes: Uint8Array): void {
    this.sha256.update(bytes);
    this.md5.update(bytes);
    this.size += bytes.length;
  }

  /** Ends the measurement; call it once. */
  finish(): Digests {
    return { sha256: this.sha256.digest('hex'), md5: this.md5.digest('hex'), size: this.size };
  }
}

/** SHA-256 of bytes or UTF-8 text, in lower-case hexadecimal. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
