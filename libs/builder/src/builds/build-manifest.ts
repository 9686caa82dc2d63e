import type { EventOf, packageBuilt, PublishedBlob } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { fragmentName, INFO_FILE_NAME } from '@entrepot/ocs-wire';
import type { ArchiveSource, VirusScan } from '../packages/package-origin.js';

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

/** All that a build finds out about a package. */
export interface MadePackage {
  readonly manifest: BuildManifest;
  /** Null without an archive. */
  readonly source: ArchiveSource | null;
  /** Null when nothing was scanned. */
  readonly virusScan: VirusScan | null;
}

/** What others check a place for that claims to serve a package. */
export function downloadedFiles(
  fileId: FileId,
  { blobs, fragments }: BuildManifest,
): NonNullable<EventOf<typeof packageBuilt>['files']> {
  const named = (name: string): PublishedBlob | null => blobs.find((blob) => blob.name === name) ?? null;
  const info = named(INFO_FILE_NAME);
  if (info === null) throw new Error(`The manifest of ${fileId} has no info file.`);
  // Without fragments there is neither a first nor a last one.
  return { info, first: named(fragmentName(fileId, 1)), last: named(fragmentName(fileId, fragments)) };
}
