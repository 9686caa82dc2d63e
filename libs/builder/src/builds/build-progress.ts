const WRITE_EVERY_MS = 1_000;

/** How far a build is, in bytes over all its passes; told at most once a second. */
export class BuildProgress {
  private done = 0;
  private toldAt = -Infinity;

  constructor(
    private readonly total: number,
    private readonly tell: (done: number, total: number) => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Passes a stream on and counts its bytes. */
  async *counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      await this.add(chunk.length);
      yield chunk;
    }
  }

  private async add(bytes: number): Promise<void> {
    this.done += bytes;
    const now = this.now();
    if (now - this.toldAt < WRITE_EVERY_MS && this.done < this.total) return;
    this.toldAt = now;
    await this.tell(this.done, this.total);
  }
}
