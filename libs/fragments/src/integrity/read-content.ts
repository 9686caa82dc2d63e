import { AppError } from '@entrepot/kernel';
import { ObjectStore, OBJECT_STORE_ERRORS } from '@entrepot/platform-object-store';
import { Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ERRORS } from '../errors.js';
import type { Content } from '../storage/content.repository.js';
import type { Pace } from './pace.js';

/** Reads all bytes of a content and tells whether they are right. */
@Injectable()
export class ReadContent implements BeforeApplicationShutdown {
  private readonly scrubbed: Counter;
  private isStopping = false;

  constructor(
    private readonly store: ObjectStore,
    metrics: Metrics,
  ) {
    this.scrubbed = metrics.meter('fragments').createCounter('fragments_scrubbed_bytes', {
      description: 'Stored bytes that were read to see whether they are right',
    });
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  /**
   * @returns what is wrong, or null
   * @throws AppError OBJECT_STORE_UNAVAILABLE when the store is down, which says nothing about the bytes;
   * FRAGMENTS_VERIFICATION_STOPPED when the program ends meanwhile
   */
  async execute(content: Content, pace: Pace | null): Promise<string | null> {
    try {
      return await this.compare(content, pace);
    } catch (error) {
      if (isMissing(error)) {
        // With the whole store away everything would seem to be missing.
        await this.store.check();
        return 'The object is missing.';
      }
      if (isUnreadable(error)) return 'The disk cannot read the object.';
      throw error;
    }
  }

  private async compare({ sha256, size, objectKey }: Content, pace: Pace | null): Promise<string | null> {
    const hash = createHash('sha256');
    let read = 0;
    for await (const chunk of await this.store.get(objectKey)) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      read += bytes.length;
      this.scrubbed.add(bytes.length);
      await pace?.pass(bytes.length);
      if (read > size) return `The object has more than ${size} bytes.`;
      if (this.isStopping)
        throw new AppError(
          ERRORS.FRAGMENTS_VERIFICATION_STOPPED,
          'The program ends; it is read again later.',
        );
    }
    if (read < size) return `The object has ${read} bytes instead of ${size}.`;
    const digest = hash.digest('hex');
    return digest === sha256 ? null : `The object has SHA-256 ${digest}.`;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === OBJECT_STORE_ERRORS.OBJECT_STORE_NOT_FOUND.code;
}

/** A bad sector: the disk as a whole may be well. */
function isUnreadable(error: unknown): boolean {
  const cause: unknown = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'EIO';
}
