import type { BlobStorage } from '../storage/blob-storage.js';
import type { KnownStretch } from '../storage/digest-check.js';
import type { UploadPart } from './upload.repository.js';

/** The archive as it was uploaded: many parts, read as one file. */
export class UploadedArchive {
  /** Bytes. */
  readonly size: number;
  private readonly byPosition: ReadonlyMap<number, UploadPart>;

  constructor(
    private readonly storage: BlobStorage,
    /** Owner of the stored parts. */
    readonly storageId: string,
    private readonly parts: readonly UploadPart[],
  ) {
    this.byPosition = new Map(parts.map((part) => [part.position, part]));
    this.size = parts.reduce((sum, part) => sum + part.size, 0);
  }

  /** What was received, by which whatever is read can be checked. */
  get received(): readonly KnownStretch[] {
    return this.parts;
  }

  /** The part that is exactly this stretch; null when parts were cut otherwise. */
  partAt(position: number, size: number): UploadPart | null {
    const part = this.byPosition.get(position);
    return part?.size === size ? part : null;
  }

  /** Streams the whole archive, unchecked. */
  readAll(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.read(0, this.size);
  }

  /** Streams the bytes from `start` up to, and without, `end`, unchecked. */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (const part of this.parts) {
      const from = Math.max(start, part.position) - part.position;
      const to = Math.min(end, part.position + part.size) - part.position;
      if (from < to) yield* this.storage.read(this.address(part), from, to - from);
    }
  }

  private address(part: UploadPart): { area: 'upload'; owner: string; name: string } {
    return { area: 'upload', owner: this.storageId, name: part.name };
  }
}
