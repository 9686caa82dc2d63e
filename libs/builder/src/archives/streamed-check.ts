import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { OperatingSystem, PackageAction } from '../packages/package-settings.js';
import type { StreamListener } from '../storage/heard-stream.js';
import { checkArchive } from './check-archive.js';

/** Checks a tar.gz while it is read for something else. */
export class StreamedCheck implements StreamListener {
  private readonly bytes = new PassThrough();
  private readonly outcome: Promise<void>;
  private failure: { readonly error: unknown } | null = null;

  constructor(operatingSystem: OperatingSystem, action: PackageAction) {
    const nowhere = (): never => {
      throw new Error('A tar.gz is only read from its beginning.');
    };
    const archive = { size: 0, read: nowhere, readAll: () => this.bytes };
    this.outcome = checkArchive(archive, 'tar.gz', operatingSystem, action);
    this.outcome.catch((error: unknown) => (this.failure = { error }));
  }

  /** @throws as checkArchive does, as soon as the fault is known */
  async update(bytes: Uint8Array): Promise<void> {
    if (this.failure === null && !this.bytes.destroyed && !this.bytes.write(bytes))
      await Promise.race([once(this.bytes, 'drain').catch(() => undefined), this.outcome]);
    if (this.failure !== null) throw this.failure.error;
  }

  /** Ends the archive. @throws as checkArchive does */
  async finish(): Promise<void> {
    this.bytes.end();
    await this.outcome;
  }

  /** Gives the check up; does nothing when it is over. */
  async close(): Promise<void> {
    this.bytes.destroy();
    await this.outcome.catch(() => undefined);
  }
}
