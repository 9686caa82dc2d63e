/** Notices that the other side of a stream makes no progress. The caller's own slowness is not counted. */
export class IdleWatch {
  private idle = false;

  /** @param limitMs milliseconds that one wait for the other side may last */
  constructor(
    private readonly limitMs: number,
    private readonly onIdle: () => void,
  ) {}

  /** Whether a wait lasted too long. */
  get expired(): boolean {
    return this.idle;
  }

  /** Waits for the other side; `onIdle` is expected to end the wait when it lasts too long. */
  async during<T>(wait: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.idle = true;
      this.onIdle();
    }, this.limitMs);
    try {
      return await wait;
    } finally {
      clearTimeout(timer);
    }
  }
}
