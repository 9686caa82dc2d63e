/** So many wait already that another one is refused. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
}

/** Lets so many pieces of work run at once; the others wait in line. */
export class Limit {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting = Infinity,
  ) {}

  /** @throws LimitReached at once when too many wait; or whatever the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running < this.atOnce) this.running += 1;
    else if (this.waiting.length < this.maxWaiting)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    else throw new LimitReached(`${this.maxWaiting} wait already`);
    try {
      return await work();
    } finally {
      // Whoever is next takes over this place, so that nobody can slip in between.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
