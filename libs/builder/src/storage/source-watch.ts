/** Remembers a source's own failure, so that it is not taken for a failure of whoever reads it. */
export class SourceWatch {
  private failure: { readonly error: unknown } | null = null;

  /** Passes a stream on. */
  async *watched<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
    const items = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.next(items);
        if (next.done === true) return;
        // A reader may throw its own failure in here, which is why the source is asked elsewhere.
        yield next.value;
      }
    } finally {
      await items.return?.();
    }
  }

  /** @throws the failure of a watched source, unchanged, if there was one */
  throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }

  private async next<Item>(items: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
    try {
      return await items.next();
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }
}
