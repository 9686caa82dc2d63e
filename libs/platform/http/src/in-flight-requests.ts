import type { Server } from 'node:http';

/** Counts the requests that came in and whose answers are not out yet, so that a shutdown can wait for them. */
export class InFlightRequests {
  private count = 0;
  private whenNone: (() => void)[] = [];

  /** Counts the requests of a server from now on. */
  watch(server: Server): void {
    server.prependListener('request', (_request, response) => {
      this.count++;
      response.once('close', () => {
        this.count--;
        if (this.count === 0) for (const resolve of this.whenNone.splice(0)) resolve();
      });
    });
  }

  /** Resolves to how many are left: as soon as there is none, or after the given milliseconds. */
  async drained(timeoutMs: number): Promise<number> {
    if (this.count === 0) return 0;
    let timer: NodeJS.Timeout | undefined;
    const none = new Promise<void>((resolve) => this.whenNone.push(resolve));
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([none, late]);
    clearTimeout(timer);
    return this.count;
  }
}
