import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type Entry } from 'yauzl';
import { unreadable, type ArchiveInspection } from './archive-inspection.js';
import type { RandomAccessArchive } from './check-archive.js';

const WINDOW_BYTES = 256 * 1024;
const STORED = 0;
const DEFLATED = 8;
const UNIX = 3;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Shows the entries of a zip to the inspection, reading its directory only: a few hundred bytes for each file,
 * whatever the size of the archive.
 * @throws AppError BUILDER_ARCHIVE_UNREADABLE when it is no zip, is cut, or needs what agents do not have
 */
export async function inspectZip(archive: RandomAccessArchive, inspection: ArchiveInspection): Promise<void> {
  const zip = await fromRandomAccessReaderPromise(new ArchiveReader(archive), archive.size, {
    lazyEntries: true,
    autoClose: true,
    decodeStrings: false,
  });
  for await (const entry of zip.eachEntry()) inspectEntry(entry, inspection);
}

function inspectEntry(entry: Entry, inspection: ArchiveInspection): void {
  const { generalPurposeBitFlag, compressionMethod, fileNameRaw, extraFields } = entry;
  // yauzl's own reading of the name turns backslashes into slashes and throws its own errors; ours shows the path.
  const path = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  if (entry.isEncrypted()) throw unreadable('agents cannot open a zip with a password');
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw unreadable('it is compressed by another method than deflate');
  if (/[/\\]$/.test(path)) inspection.addDirectory(path);
  else if (isSymbolicLink(entry)) inspection.addSymbolicLink(path);
  else inspection.addFile(path);
}

function isSymbolicLink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  return versionMadeBy >>> 8 === UNIX && ((externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK;
}

/** Answers yauzl's many small reads out of one window that moves forward. */
class ArchiveReader extends RandomAccessReader {
  private window = Buffer.alloc(0);
  private windowStart = 0;

  constructor(private readonly archive: RandomAccessArchive) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.archive.read(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.fill(position, length).then(
      () => {
        const from = position - this.windowStart;
        this.window.copy(buffer, offset, from, from + length);
        callback(null);
      },
      (error: unknown) => callback(error as Error),
    );
  }

  private async fill(position: number, length: number): Promise<void> {
    const windowEnd = this.windowStart + this.window.length;
    if (position >= this.windowStart && position + length <= windowEnd) return;
    const chunks: Uint8Array[] = [];
    const end = Math.min(this.archive.size, position + Math.max(length, WINDOW_BYTES));
    for await (const chunk of this.archive.read(position, end)) chunks.push(chunk);
    this.window = Buffer.concat(chunks);
    this.windowStart = position;
    if (this.window.length < length) throw unreadable('it ends too early');
  }
}
