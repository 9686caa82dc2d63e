import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';

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
   */
  constructor(
    private readonly capacity: number,
    private readonly maxWaiting: number,
  ) {}

  /**
   * Waits for room.
   * @returns what to call, once, on the way out
   * @throws AppError INVENTORY_BUSY at once, when too many wait already
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

  private queue(weight: number): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) {
      throw new AppError(
        INVENTORY_ERRORS.INVENTORY_BUSY,
        'Too many requests wait already; try again later.',
        {
          waiting: this.waiting.length,
        },
      );
    }
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
