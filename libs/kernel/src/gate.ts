interface Waiter {
  readonly weight: number;
  readonly admit: () => void;
}

/** Lets in work up to a total weight; what is beyond waits in order, and what is beyond that is refused. */
export class Gate {
  private inside = 0;
  private readonly waiting: Waiter[] = [];

  /**
   * @param capacity total weight inside; heavier work is let in alone
   * @param maxWaiting how many may wait
   * @param refusal what whoever comes after those is told
   */
  constructor(
    private readonly capacity: number,
    private readonly maxWaiting = Infinity,
    private readonly refusal = (waiting: number): Error => new Error(`${waiting} wait already`),
  ) {}

  /**
   * Waits for room.
   * @returns what to call, once, on the way out
   * @throws the refusal at once, when too many wait already
   */
  async enter(weight: number): Promise<() => void> {
    const taken = Math.min(weight, this.capacity);
    if (this.waiting.length > 0 || this.inside + taken > this.capacity) await this.queue(taken);
    else this.inside += taken;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside -= taken;
      this.admitNext();
    };
  }

  /**
   * Does work of weight 1 inside.
   * @throws the refusal at once, when too many wait already; or whatever the work throws
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter(1);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  private queue(weight: number): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) throw this.refusal(this.waiting.length);
    return new Promise((resolve) => this.waiting.push({ weight, admit: resolve }));
  }

  private admitNext(): void {
    for (;;) {
      const next = this.waiting[0];
      if (next === undefined || this.inside + next.weight > this.capacity) return;
      this.waiting.shift();
      this.inside += next.weight;
      next.admit();
    }
  }
}
