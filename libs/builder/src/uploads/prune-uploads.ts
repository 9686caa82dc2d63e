import { AppError, Clock, type UploadId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { StartUpload } from './start-upload.js';
import { UploadRepository } from './upload.repository.js';

const EVERY_MS = 60 * 60 * 1000;
const ABANDONED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** Frees, once an hour, the bytes of uploads that nobody has gone on with for a week, and of everything given up. */
@Injectable()
export class PruneUploads implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly uploads: UploadRepository,
    private readonly start: StartUpload,
    private readonly cleanup: BlobCleanup,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.run(), EVERY_MS).unref();
    this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.idle();
  }

  /** Resolves when no run is under way, that of the start included. */
  async idle(): Promise<void> {
    await this.running;
  }

  async execute(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - ABANDONED_AFTER_MS);
    for (const { id } of await this.uploads.abandonedSince(before)) await this.abandon(id, before);
    await this.cleanup.sweep();
  }

  private async abandon(id: UploadId, before: Date): Promise<void> {
    try {
      await this.start.abandon(id, before);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not-found') return;
      this.log.warn({ err: error, uploadId: id }, 'An abandoned upload could not be emptied');
    }
  }

  private run(): void {
    this.running = this.execute().catch((error: unknown) =>
      this.log.warn({ err: error }, 'Abandoned uploads could not be pruned; trying again in an hour'),
    );
  }
}
