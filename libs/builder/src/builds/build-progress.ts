import type { StreamListener } from '../storage/heard-stream.js';

const TELL_EVERY_MS = 2_000;

/** How far a build is, in bytes over all its passes; told every two seconds, and at its end. */
export class BuildProgress implements StreamListener {
  private done = 0;
  private toldAt = -Infinity;

  constructor(
    private readonly total: number,
    private readonly tell: (done: number, total: number) => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async update({ length }: Uint8Array): Promise<void> {
    this.done += length;
    const now = this.now();
    if (now - this.toldAt < TELL_EVERY_MS && this.done < this.total) return;
    this.toldAt = now;
    await this.tell(this.done, this.total);
  }
}
