import type { PublishedBlob } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { fragmentName, type FragmentPlan } from '@entrepot/ocs-wire';
import type { BlobStorage } from '../storage/blob-storage.js';
import type { UploadedArchive } from '../uploads/uploaded-archive.js';

/** The next ones are made while these are read. */
const AT_ONCE = 32;

/** A fragment as it is planned. */
interface Planned {
  readonly name: string;
  /** First byte in the archive. */
  readonly start: number;
  readonly size: number;
}

/**
 * The fragments of an archive that arrived in parts cut as they are (`cut-upload.ts`): a part gets the name of its
 * fragment, and only where a connection broke, or the client cut otherwise, bytes are written again.
 */
export class KeptParts {
  private readonly made: PublishedBlob[] = [];
  private readonly planned: readonly Planned[];

  constructor(
    private readonly storage: BlobStorage,
    private readonly uploaded: UploadedArchive,
    private readonly fileId: FileId,
    plan: FragmentPlan,
  ) {
    let start = 0;
    this.planned = Array.from({ length: plan.count }, (_, index) => {
      const size = plan.sizeOf(index + 1);
      start += size;
      return { name: fragmentName(fileId, index + 1), start: start - size, size };
    });
  }

  /** Whether any fragment is there already. */
  get isWorthwhile(): boolean {
    return this.planned.some(({ start, size }) => this.uploaded.partAt(start, size) !== null);
  }

  /** In order, as far as they were read. */
  get fragments(): readonly PublishedBlob[] {
    return this.made;
  }

  /**
   * Makes the fragments and streams what is stored of them: whoever compares that with what was received has proved
   * them all.
   * @throws AppError BUILDER_STORAGE_UNAVAILABLE
   */
  async *readBack(): AsyncGenerator<Uint8Array, void, undefined> {
    let next = this.make(0);
    try {
      for (let first = 0; first < this.planned.length; first += AT_ONCE) {
        const fragments = await next;
        next = this.make(first + AT_ONCE);
        // It is awaited later; until then its failure is nobody's.
        next.catch(() => undefined);
        for (const fragment of fragments) {
          yield* this.storage.read({ area: 'package', owner: this.fileId, name: fragment.name });
          this.made.push(fragment);
        }
      }
    } finally {
      await Promise.allSettled([next]);
    }
  }

  private async make(first: number): Promise<readonly PublishedBlob[]> {
    const wanted = this.planned
      .slice(first, first + AT_ONCE)
      .map((fragment) => ({ ...fragment, part: this.uploaded.partAt(fragment.start, fragment.size) }));
    const kept = wanted.flatMap(({ name, part }) => (part === null ? [] : [{ name: part.name, as: name }]));
    if (kept.length > 0) await this.storage.adopt(this.uploaded.storageId, this.fileId, kept);
    // Side by side they wait together for the disk; none may be under way any more when the build has failed.
    const made = await Promise.allSettled(
      wanted.map(({ name, start, size, part }) =>
        part === null ? this.write(name, start, size) : Promise.resolve(factsOf(part)),
      ),
    );
    return made.map((result, index) => {
      if (result.status === 'rejected') throw result.reason;
      return { name: wanted[index]?.name ?? '', ...result.value };
    });
  }

  private write(name: string, start: number, size: number): Promise<Omit<PublishedBlob, 'name'>> {
    const address = { area: 'package', owner: this.fileId, name } as const;
    return this.storage.putUnchecked(address, this.uploaded.read(start, start + size));
  }
}

function factsOf({ size, sha256 }: Omit<PublishedBlob, 'name'>): Omit<PublishedBlob, 'name'> {
  return { size, sha256 };
}
