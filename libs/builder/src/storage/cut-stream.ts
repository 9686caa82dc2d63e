/** Cuts one stream of bytes into consecutive streams, without ever holding more than the chunk at the cut. */
export class StreamCutter {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Uint8Array | null = null;
  private ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Whether nothing is left; waits for the next chunk to know. */
  async atEnd(): Promise<boolean> {
    while (this.rest === null && !this.ended) {
      const next = await this.chunks.next();
      if (next.done === true) this.ended = true;
      else if (next.value.length > 0) this.rest = next.value;
    }
    return this.rest === null;
  }

  /** The next so many bytes, or fewer at the end of the source. Read each piece to its end before taking the next. */
  async *take(bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    let wanted = bytes;
    while (wanted > 0 && !(await this.atEnd())) {
      const chunk = this.rest ?? new Uint8Array();
      const piece = chunk.subarray(0, wanted);
      this.rest = piece.length < chunk.length ? chunk.subarray(piece.length) : null;
      wanted -= piece.length;
      yield piece;
    }
  }

  /** Ends the source when nobody wants the rest of it; does nothing when it has ended. */
  async close(): Promise<void> {
    this.ended = true;
    await this.chunks.return?.();
  }
}
