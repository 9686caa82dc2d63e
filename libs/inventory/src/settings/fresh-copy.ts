/** A change made by another process is seen after this time at the latest. */
const FRESH_MS = 500;

/**
 * A short-lived copy of something small that every PROLOG needs and that hardly ever changes. It is at most half a
 * second old, and never older than a change of this process that has called `forget` after its commit.
 */
export class FreshCopy<Value> {
  private copy: { readonly value: Value; readonly staleAt: number } | null = null;
  private loading: Promise<Value> | null = null;
  private generation = 0;

  constructor(private readonly load: () => Promise<Value>) {}

  /** @throws whatever the load throws */
  async current(): Promise<Value> {
    if (this.copy !== null && performance.now() < this.copy.staleAt) return this.copy.value;
    if (this.loading === null) {
      const loading = this.refresh(this.generation).finally(() => {
        if (this.loading === loading) this.loading = null;
      });
      this.loading = loading;
    }
    return this.loading;
  }

  /** Makes the next reader of this process ask the database. */
  forget(): void {
    this.generation += 1;
    this.copy = null;
    this.loading = null;
  }

  private async refresh(generation: number): Promise<Value> {
    const value = await this.load();
    // What was read before a change of this process must not be kept after it.
    if (generation === this.generation) this.copy = { value, staleAt: performance.now() + FRESH_MS };
    return value;
  }
}
