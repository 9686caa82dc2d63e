/** Runs tasks side by side, but those with the same key one after the other in the order they came. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** Tasks under way or waiting. */
  size = 0;

  /** Queues a task behind the others of its key; the promise settles as the task does. */
  run(key: string, task: () => Promise<void>): Promise<void> {
    this.size += 1;
    const result = (this.tails.get(key) ?? Promise.resolve()).then(task);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(key, tail);
    void tail.then(() => {
      this.size -= 1;
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    return result;
  }

  /** Resolves when nothing that was queued before is left. */
  async drained(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}
