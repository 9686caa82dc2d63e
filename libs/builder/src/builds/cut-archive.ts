import type { PublishedBlob } from '@entrepot/contracts';
import { fragmentName, type FragmentPlan } from '@entrepot/ocs-wire';
import type { FileId } from '@entrepot/kernel';
import type { BlobStorage } from '../storage/blob-storage.js';
import { StreamCutter } from '../storage/cut-stream.js';
import type { ReadBack } from './read-back.js';

/** A fragment is made safe on disk, and placed, while the next ones are written. */
const UNDER_WAY = 4;

/**
 * Cuts an archive into fragments, stores them, and hands each to the reading back.
 * @returns the fragments in order
 * @throws the archive's own error, AppError BUILDER_STORAGE_UNAVAILABLE, BUILDER_BYTES_DIFFER
 */
export async function cutArchive(
  archive: AsyncIterable<Uint8Array>,
  fileId: FileId,
  plan: FragmentPlan,
  storage: BlobStorage,
  readBack: ReadBack,
): Promise<PublishedBlob[]> {
  const cutter = new StreamCutter(archive);
  const fragments: PublishedBlob[] = [];
  const underWay: Promise<PublishedBlob>[] = [];
  const settleFirst = async (): Promise<void> => {
    const fragment = await underWay.shift();
    if (fragment === undefined) return;
    readBack.add({ area: 'package', owner: fileId, name: fragment.name }, fragment);
    fragments.push(fragment);
  };
  try {
    for (let n = 1; n <= plan.count; n++) {
      const name = fragmentName(fileId, n);
      const piece = new Piece(cutter.take(plan.sizeOf(n)));
      const stored = storage.putUnchecked({ area: 'package', owner: fileId, name }, piece);
      const fragment = stored.then((facts) => ({ name, ...facts }));
      // It is awaited later; until then its failure is nobody's.
      fragment.catch(() => undefined);
      underWay.push(fragment);
      await Promise.race([piece.ended, fragment]);
      if (underWay.length === UNDER_WAY) await settleFirst();
    }
    // Asking for the end lets the last part of the upload be compared with what was received.
    if (!(await cutter.atEnd())) throw new Error('The archive has grown during the build.');
    while (underWay.length > 0) await settleFirst();
    return fragments;
  } finally {
    await cutter.close();
    await Promise.allSettled(underWay);
  }
}

/** A piece of the archive that tells when it has been read to its end, so that the next may begin. */
class Piece implements AsyncIterable<Uint8Array> {
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;

  constructor(private readonly bytes: AsyncIterable<Uint8Array>) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.bytes;
    this.end();
  }
}
