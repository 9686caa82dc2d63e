import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { ArchiveInspection } from './archive-inspection.js';

/**
 * Shows the entries of a tar.gz to the inspection. Reads it to its end, so that a cut or damaged archive is found.
 * @throws whatever the source, gzip, tar or the inspection throw
 */
export async function inspectTar(
  source: AsyncIterable<Uint8Array>,
  inspection: ArchiveInspection,
): Promise<void> {
  const entries = extract();
  entries.on('entry', (header, content, next) => {
    // The pipeline tells every failure; without this the entry's own telling of it would end the process.
    content.on('error', () => undefined);
    try {
      inspectEntry(header, inspection);
    } catch (error) {
      next(error as Error);
      return;
    }
    content.on('end', () => next());
    content.resume();
  });
  await pipeline(Readable.from(source, { objectMode: false }), createGunzip(), entries);
}

function inspectEntry({ name, type, linkname }: Header, inspection: ArchiveInspection): void {
  if (type === 'directory') return inspection.addDirectory(name);
  if (type === 'symlink') return inspection.addSymbolicLink(name, linkname ?? '');
  if (type === 'link') return inspection.addHardLink(name, linkname ?? '');
  inspection.addFile(name);
}
