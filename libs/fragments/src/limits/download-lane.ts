import { TokenBucket } from './token-bucket.js';

/** What a lane lets through; null is without a limit. */
export interface LaneLimits {
  readonly maxParallel: number | null;
  readonly bytesPerSecond: number | null;
}

/** The downloads of one limited network in this process. */
export class DownloadLane {
  private active = 0;
  private maxParallel: number | null;
  private readonly bucket: TokenBucket;
  private isPaced: boolean;

  constructor(limits: LaneLimits) {
    this.maxParallel = limits.maxParallel;
    this.isPaced = limits.bytesPerSecond !== null;
    this.bucket = new TokenBucket(limits.bytesPerSecond ?? Infinity);
  }

  /** Takes a place; false when all are taken. Bytes a second limit the places too, or all would starve together. */
  enter(): boolean {
    if (this.active >= Math.min(this.maxParallel ?? Infinity, this.bucket.places)) return false;
    this.active += 1;
    return true;
  }

  /** Gives the place back. */
  leave(): void {
    this.active -= 1;
  }

  /** Other limits from now on, for downloads under way too. */
  change(limits: LaneLimits): void {
    this.maxParallel = limits.maxParallel;
    this.isPaced = limits.bytesPerSecond !== null;
    this.bucket.setRate(limits.bytesPerSecond ?? Infinity);
  }

  /** Bytes to send at a time; Infinity when they are not paced. */
  get slice(): number {
    return this.isPaced ? this.bucket.slice : Infinity;
  }

  /** Waits until so many bytes may go; `isGone` tells that nobody wants them any more. */
  async pace(bytes: number, isGone: () => boolean): Promise<void> {
    if (this.isPaced) await this.bucket.take(bytes, isGone);
  }
}
