import { AppError } from '@entrepot/kernel';
import { ArchiveInspection, unreadable } from './archive-inspection.js';
import { inspectTar } from './inspect-tar.js';
import { inspectZip } from './inspect-zip.js';
import type { OperatingSystem, PackageAction } from '../packages/package-settings.js';
import { SourceWatch } from '../storage/source-watch.js';

/** An archive whose bytes can be had from anywhere in it. */
export interface RandomAccessArchive {
  /** Bytes. */
  readonly size: number;
  /** Streams the bytes from `start` up to, and without, `end`. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  readAll(): AsyncIterable<Uint8Array>;
}

export type ArchiveFormat = 'zip' | 'tar.gz';

/**
 * Tells the format by the first bytes (OCS-PROTOCOL.md §5.3: Windows agents open zip, others tar.gz and then zip).
 * @throws AppError BUILDER_ARCHIVE_UNREADABLE when agents of that system have no use for it
 */
export async function archiveFormat(
  archive: RandomAccessArchive,
  operatingSystem: OperatingSystem,
): Promise<ArchiveFormat> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.read(0, 4)) chunks.push(chunk);
  const magic = Buffer.concat(chunks).toString('latin1');
  if (magic.startsWith('PK')) return 'zip';
  if (operatingSystem === 'windows') throw unreadable('Windows agents need a zip, and this is none');
  if (magic.startsWith('\x1f\x8b')) return 'tar.gz';
  throw unreadable('agents need a tar.gz or a zip, and this is neither');
}

/**
 * Checks that agents can unpack an archive, that no path in it leaves its folder, and that a LAUNCH finds its file.
 * @throws AppError BUILDER_ARCHIVE_UNREADABLE, BUILDER_ARCHIVE_UNSAFE_PATH, BUILDER_ARCHIVE_FILE_MISSING; or,
 * unchanged, the source's own failure to read the archive
 */
export async function checkArchive(
  archive: RandomAccessArchive,
  format: ArchiveFormat,
  operatingSystem: OperatingSystem,
  action: PackageAction,
): Promise<void> {
  const inspection = new ArchiveInspection(operatingSystem, action);
  const source = new SourceWatch();
  try {
    if (format === 'zip') await inspectZip(watchedArchive(archive, source), inspection);
    else await inspectTar(source.watched(archive.readAll()), inspection);
  } catch (error) {
    source.throwFailure();
    if (error instanceof AppError) throw error;
    throw unreadable(error instanceof Error ? error.message.replace(/\.$/, '') : 'it is damaged', error);
  }
  inspection.finish();
}

function watchedArchive(archive: RandomAccessArchive, source: SourceWatch): RandomAccessArchive {
  return {
    size: archive.size,
    read: (start, end) => source.watched(archive.read(start, end)),
    readAll: () => source.watched(archive.readAll()),
  };
}
