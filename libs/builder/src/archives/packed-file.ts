/** One file of an archive that is made here. */
export interface PackedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of Unix, as in `0o755`. */
  readonly mode: number;
  /** The content; read to its end once. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** An archive that is made while it is read. */
export interface ArchiveStream {
  /** Bytes, known before anything is made. */
  readonly size: number;
  bytes(): AsyncIterable<Uint8Array>;
}

/** The date of every packed file: the same content makes the same archive, whenever it is packed. */
export const PACKED_AT = new Date('2000-01-01T00:00:00Z');

/** @throws Error when the content is not as long as announced: the archive would be broken */
export async function* exactly(file: PackedFile): AsyncGenerator<Uint8Array, void, undefined> {
  let left = file.size;
  for await (const chunk of file.bytes()) {
    left -= chunk.length;
    if (left >= 0) yield chunk;
  }
  if (left !== 0) throw new Error(`${file.name} has not the ${file.size} bytes that were announced`);
}
