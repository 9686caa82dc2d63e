import type { PublishedBlob } from '@entrepot/contracts';

/** What a build made, kept with the package: digests of the archive and of everything that agents download. */
export interface BuildManifest {
  /** The archive's length in bytes; 0 without one. */
  readonly size: number;
  /** Of the archive, lower-case hexadecimal; empty without one. */
  readonly md5: string;
  readonly sha256: string;
  /** Number of fragments. */
  readonly fragments: number;
  /** The fragments in order, then the info file. */
  readonly blobs: readonly PublishedBlob[];
}
