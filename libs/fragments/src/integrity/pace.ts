import { setTimeout as wait } from 'node:timers/promises';

/** Shorter waits are saved up: timers are not that exact. */
const WORTH_WAITING_MS = 5;

/** Spreads bytes over time. Time in which nothing was asked for is not made up for. */
export class Pace {
  private free = 0;

  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly pause: (ms: number) => Promise<void> = (ms) => wait(ms),
  ) {}

  /** Waits until so many bytes more may pass. */
  async pass(bytes: number): Promise<void> {
    const now = this.now();
    this.free = Math.max(now, this.free) + (bytes / this.bytesPerSecond) * 1000;
    if (this.free - now > WORTH_WAITING_MS) await this.pause(this.free - now);
  }
}
