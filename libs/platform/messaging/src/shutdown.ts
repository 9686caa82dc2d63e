import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/** Whether it is time to stop, and pauses that end early when it is. */
export class Shutdown {
  private readonly controller = new AbortController();

  constructor() {
    // As many pauses may be under way as there are messages.
    setMaxListeners(0, this.controller.signal);
  }

  get begun(): boolean {
    return this.controller.signal.aborted;
  }

  begin(): void {
    this.controller.abort();
  }

  /** Waits the given time, or until the shutdown begins. */
  async pause(milliseconds: number): Promise<void> {
    await setTimeout(milliseconds, null, { signal: this.controller.signal }).catch(() => undefined);
  }

  /** Waits for something, but no longer than until the shutdown begins. */
  async unlessBegun(work: Promise<unknown>): Promise<void> {
    if (this.begun) return;
    let give: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (give = resolve));
    this.controller.signal.addEventListener('abort', give, { once: true });
    await Promise.race([work, begun]).finally(() =>
      this.controller.signal.removeEventListener('abort', give),
    );
  }
}

/** Waits for the end of work, at most for so long. */
export async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const over = setTimeout(milliseconds, null, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([work, over]).finally(() => timer.abort());
}
