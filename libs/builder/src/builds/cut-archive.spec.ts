import type { PublishedBlob, StoredBlob } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { planFragments } from '@entrepot/ocs-wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BlobStorage } from '../storage/blob-storage.js';
import { cutArchive } from './cut-archive.js';
import type { ReadBack } from './read-back.js';

interface Fault {
  /** The fragment that fails, from 1; 0 for the archive itself. */
  readonly number: number;
  /** Once it has had so many bytes; at its very end when it has no more. */
  readonly after: number;
}

/** Storage that takes its time, and fails where it is told. */
class SlowStorage {
  started = 0;
  settled = 0;

  constructor(private readonly fault: Fault | null) {}

  async putUnchecked(_address: unknown, bytes: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const number = ++this.started;
    const isFaulty = number === this.fault?.number;
    let size = 0;
    try {
      for await (const chunk of bytes) {
        await turns(number % 3);
        size += chunk.length;
        if (isFaulty && size > (this.fault?.after ?? 0)) throw new Error('the disk is full');
      }
      // As an fsync: the next fragments are on their way meanwhile.
      await turns(40 - 7 * (number % 5));
      if (isFaulty) throw new Error('the disk is full');
      return { size, sha256: String(number) };
    } finally {
      this.settled += 1;
    }
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

async function cut(size: number, count: number, fault: Fault | null): Promise<string> {
  let isClosed = false;
  async function* archive(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < size; at += 3) {
        if (fault?.number === 0 && at > fault.after) throw new Error('the source is gone');
        yield Buffer.alloc(Math.min(3, size - at), 1);
      }
      if (fault?.number === 0) throw new Error('the source is gone');
    } finally {
      isClosed = true;
    }
  }
  const storage = new SlowStorage(fault);
  const added: PublishedBlob[] = [];
  const readBack = { add: (_address: unknown, blob: PublishedBlob) => added.push(blob) };
  const plan = planFragments(size, { count });
  try {
    const fragments = await cutArchive(
      archive(),
      '1700000001' as FileId,
      plan,
      storage as unknown as BlobStorage,
      readBack as unknown as ReadBack,
    );
    expect(fragments.map((fragment) => fragment.size)).toEqual(
      fragments.map((_, index) => plan.sizeOf(index + 1)),
    );
    expect(added).toEqual(fragments);
    return 'cut';
  } catch (error) {
    return (error as Error).message;
  } finally {
    expect([isClosed, storage.settled]).toEqual([true, storage.started]);
  }
}

const sizes = fc.integer({ min: 1, max: 60 });
const counts = fc.integer({ min: 1, max: 9 });

it('cuts an archive into the fragments of its plan, and reads each back in order', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, counts, async (size, count) => {
      expect(await cut(size, count, null)).toBe('cut');
    }),
    { numRuns: 30 },
  );
});

it('ends with the failure, and with nothing under way, wherever storage or the archive fails', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, counts, fc.nat(9), fc.nat(20), async (size, count, which, after) => {
      const number = which % (planFragments(size, { count }).count + 1);
      const message = number === 0 ? 'the source is gone' : 'the disk is full';
      expect(await cut(size, count, { number, after })).toBe(message);
    }),
    { numRuns: 60 },
  );
});
