interface Waiter<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

interface CoalescerOptions {
  /** Different keys in one load at the most. */
  readonly maxKeys: number;
  /** Loads under way at the most; 1 unless told. */
  readonly atOnce?: number;
}

/**
 * Turns look-ups that come side by side into few loads of many keys: whoever comes while the loads are busy goes into
 * the next one, and nobody waits while one is free. An answer is never older than its question, since no load that is
 * under way takes in another key.
 */
export class Coalescer<Key, Value> {
  private waiting = new Map<Key, Waiter<Value>[]>();
  private underWay = 0;
  private readonly atOnce: number;

  /** @param load answers one value for each of the different keys, in their order */
  constructor(
    private readonly load: (keys: readonly Key[]) => Promise<readonly Value[]>,
    private readonly options: CoalescerOptions,
  ) {
    this.atOnce = options.atOnce ?? 1;
  }

  /**
   * The value of one key; those who ask for it at the same time share it.
   * @throws whatever the load throws that the key was in
   */
  get(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiters = this.waiting.get(key);
      if (waiters === undefined) this.waiting.set(key, [{ resolve, reject }]);
      else waiters.push({ resolve, reject });
      this.startNext();
    });
  }

  private startNext(): void {
    while (this.underWay < this.atOnce && this.waiting.size > 0) void this.run(this.takeBatch());
  }

  private takeBatch(): ReadonlyMap<Key, readonly Waiter<Value>[]> {
    const all = this.waiting;
    if (all.size <= this.options.maxKeys) {
      this.waiting = new Map();
      return all;
    }
    const entries = [...all];
    this.waiting = new Map(entries.slice(this.options.maxKeys));
    return new Map(entries.slice(0, this.options.maxKeys));
  }

  private async run(batch: ReadonlyMap<Key, readonly Waiter<Value>[]>): Promise<void> {
    this.underWay += 1;
    const waiters = [...batch.values()];
    try {
      const values = await this.load([...batch.keys()]);
      if (values.length !== batch.size)
        throw new Error(`A load of ${batch.size} keys answered ${values.length} values.`);
      values.forEach((value, index) => waiters[index]?.forEach((waiter) => waiter.resolve(value)));
    } catch (error) {
      for (const waiter of waiters.flat()) waiter.reject(error);
    } finally {
      this.underWay -= 1;
      this.startNext();
    }
  }
}
