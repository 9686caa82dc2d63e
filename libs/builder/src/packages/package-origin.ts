/** How the upload becomes the archive that agents unpack: 'none' when it is one. */
export type Packing = 'none' | 'zip' | 'tar.gz';

/** What an archive was made from, as it was received. */
export interface ArchiveSource {
  /** As the sender calls the file; null when he did not say. */
  readonly fileName: string | null;
  /** Name of the account that sent it. */
  readonly sender: string | null;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a virus scanner said about an upload; one that is infected is never built. */
export interface VirusScan {
  /** `too-large`: the scanner takes no upload of this size, so it has not been looked at. */
  readonly result: 'clean' | 'too-large';
  /** The scanner and the version of its signatures, as it calls itself. */
  readonly scanner: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}
