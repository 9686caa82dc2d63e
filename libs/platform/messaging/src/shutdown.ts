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
}
