const FIRST_SIZE = 64 * 1024;

/** Collects bytes up to a fixed size in one piece of memory, which grows as needed and is used again. */
export class PartBuffer {
  private memory = Buffer.alloc(0);
  private used = 0;

  constructor(private readonly size: number) {}

  /** What was collected; valid until the next `clear`. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.used);
  }

  /** Takes as much as there is room for and answers the rest, which is empty when all was taken. */
  fill(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.size - this.used);
    this.makeRoom(this.used + taken.length);
    this.memory.set(taken, this.used);
    this.used += taken.length;
    return bytes.subarray(taken.length);
  }

  clear(): void {
    this.used = 0;
  }

  private makeRoom(needed: number): void {
    if (needed <= this.memory.length) return;
    const doubled = Math.max(FIRST_SIZE, this.memory.length * 2, needed);
    const larger = Buffer.allocUnsafeSlow(Math.min(doubled, this.size));
    this.memory.copy(larger, 0, 0, this.used);
    this.memory = larger;
  }
}
