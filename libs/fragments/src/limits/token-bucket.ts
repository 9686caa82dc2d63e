interface Waiting {
  readonly bytes: number;
  readonly isGone: () => boolean;
  readonly go: () => void;
}

/** Share of a second whose bytes may go at once after a pause. */
const BURST = 0.25;
const SLICES_A_SECOND = 16;
const SMALLEST_SLICE = 1_024;
const LARGEST_SLICE = 65_536;
/** Half of what a front door takes for the end of a download; agents wait longer. */
const LONGEST_TURN_S = 30;

/** Lets bytes pass at a rate that all who take from it share; who comes first goes first. */
export class TokenBucket {
  private tokens: number;
  private filledAt = performance.now();
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** @param rate bytes a second */
  constructor(private rate: number) {
    this.tokens = this.most;
  }

  /** Bytes to take at a time, so that everybody's share flows steadily. */
  get slice(): number {
    const slice = Math.floor(Math.min(this.rate, Number.MAX_SAFE_INTEGER) / SLICES_A_SECOND);
    return Math.min(Math.max(slice, SMALLEST_SLICE), LARGEST_SLICE);
  }

  /** How many can take slices in turn without anybody waiting so long for his next one that he is given up. */
  get places(): number {
    return this.rate === Infinity ? Infinity : Math.floor((this.rate * LONGEST_TURN_S) / this.slice);
  }

  /**
   * Waits for its turn.
   * @param isGone whether nobody wants the bytes any more; then they are not counted
   */
  take(bytes: number, isGone: () => boolean): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ bytes, isGone, go });
      if (this.timer === null) this.serve();
    });
  }

  /** Changes the rate, for those who wait already too. Infinity lets everything pass. */
  setRate(rate: number): void {
    if (rate === this.rate) return;
    this.fill();
    this.rate = rate;
    this.tokens = Math.min(this.tokens, this.most);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.serve();
  }

  private get most(): number {
    return this.rate * BURST;
  }

  private serve(): void {
    this.timer = null;
    this.fill();
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const isGone = next.isGone();
      if (!isGone && this.tokens <= 0) break;
      this.waiting.shift();
      if (!isGone) this.tokens -= next.bytes;
      next.go();
    }
    if (this.waiting.length === 0) return;
    const ms = Math.max(1, Math.ceil((-this.tokens / this.rate) * 1_000));
    this.timer = setTimeout(() => this.serve(), ms);
  }

  private fill(): void {
    const now = performance.now();
    const filled = this.rate === Infinity ? Infinity : (this.rate * (now - this.filledAt)) / 1_000;
    this.tokens = Math.min(this.most, this.tokens + filled);
    this.filledAt = now;
  }
}
