/** A pause that a shutdown or fresh work can end early. */
export class InterruptibleWait {
  private wake: (() => void) | null = null;
  private pending = false;

  /** Ends the pause under way, or the next one at once. */
  interrupt(): void {
    this.pending = true;
    this.wake?.();
  }

  /** Waits the given time at the most. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = null;
    }
    this.pending = false;
  }
}
