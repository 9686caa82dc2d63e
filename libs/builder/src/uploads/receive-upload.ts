import { AppError } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { PackageRepository } from '../packages/package.repository.js';
import { CompleteUpload } from './complete-upload.js';
import { longestPart } from './cut-upload.js';
import { StreamCutter } from '../storage/cut-stream.js';
import { ERRORS } from '../errors.js';
import { LockUpload } from './lock-upload.js';
import { StorageQuota } from './storage-quota.js';
import { type Upload, type UploadPart, UploadRepository } from './upload.repository.js';

/** Who sends, and what the file is called when that was told. */
export interface UploadSender {
  readonly principal: Principal;
  readonly fileName: string | null;
}

/** Streams one request body straight to the object store, in parts. */
@Injectable()
export class ReceiveUpload {
  private readonly received: Counter;

  constructor(
    private readonly outbox: Outbox,
    private readonly lock: LockUpload,
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
    private readonly storage: BlobStorage,
    private readonly complete: CompleteUpload,
    private readonly cleanup: BlobCleanup,
    private readonly quota: StorageQuota,
    metrics: Metrics,
  ) {
    this.received = metrics.meter('builder').createCounter('builder_uploaded_bytes', {
      description: 'Bytes of archives received and stored',
    });
  }

  /**
   * Keeps every part that is whole and, when the client goes away, the rest as a shorter part.
   * @param onBytes told of every chunk that arrives
   * @returns where the upload stands now
   * @throws AppError BUILDER_UPLOAD_CONFLICT when another request has moved the upload, BUILDER_QUOTA_EXCEEDED when
   * there is no room left (what did fit is kept), BUILDER_STORAGE_UNAVAILABLE, BUILDER_PACKAGE_NOT_FOUND, or the stream's own error once the rest
   * is kept
   */
  async execute(
    upload: Upload,
    body: AsyncIterable<Uint8Array>,
    sender: UploadSender,
    onBytes: () => void,
  ): Promise<number> {
    const failure: { error?: unknown } = {};
    const cutter = new StreamCutter(untilFailure(body, failure, onBytes));
    const entity = await this.packages.get(upload.packageId);
    let { position } = upload;
    while (!(await cutter.atEnd())) {
      const longest = longestPart(entity, { size: upload.size, position });
      const bytes = Math.min(longest, await this.quota.room());
      position += await this.storePart(upload, position, cutter.take(bytes), sender);
    }
    if ('error' in failure) throw failure.error;
    return position;
  }

  /** @returns the part's size in bytes */
  private async storePart(
    upload: Upload,
    position: number,
    bytes: AsyncIterable<Uint8Array>,
    sender: UploadSender,
  ): Promise<number> {
    // Two processes may receive the same stretch; with names of their own neither overwrites what the other recorded.
    const name = `part-${position}-${randomBytes(4).toString('hex')}`;
    const stored = await this.storage.put({ area: 'upload', owner: upload.storageId, name }, bytes);
    try {
      await this.record(upload, { ...stored, position, name }, sender);
    } catch (error) {
      if (error instanceof AppError) await this.discardIfReplaced(upload);
      throw error;
    }
    this.received.add(stored.size);
    return stored.size;
  }

  private async record(
    upload: Upload,
    part: UploadPart,
    { principal, fileName }: UploadSender,
  ): Promise<void> {
    const by = { fileName, sender: principal.name };
    await this.outbox.transaction(async (tx) => {
      const { entity } = await this.lock.execute(tx.manager, upload.id);
      if (!(await this.uploads.addPart(tx.manager, upload, part, by)))
        throw new AppError(
          ERRORS.BUILDER_UPLOAD_CONFLICT,
          'Another request has moved this upload; ask for its offset.',
        );
      await this.complete.execute(tx, entity, principal);
      await this.quota.requireKept(tx.manager);
    });
  }

  /** A part that came after its upload was started over or deleted may have been stored after that was cleaned up. */
  private async discardIfReplaced({ id, storageId }: Upload): Promise<void> {
    const current = await this.uploads.find(id);
    if (current?.storageId === storageId) return;
    await this.outbox.transaction(({ manager }) =>
      this.cleanup.add(manager, { area: 'upload', owner: storageId }),
    );
    this.cleanup.start();
  }
}

async function* untilFailure(
  body: AsyncIterable<Uint8Array>,
  failure: { error?: unknown },
  onBytes: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) {
      onBytes();
      yield chunk;
    }
  } catch (error) {
    failure.error = error;
  }
}
