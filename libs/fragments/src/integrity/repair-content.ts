import { integrityRestored } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { objectKey, ObjectStore, OBJECT_STORE_ERRORS, type ObjectKey } from '@entrepot/platform-object-store';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Content } from '../storage/content.repository.js';
import { ObjectCleanupRepository } from '../storage/object-cleanup.repository.js';
import { PublishedBlobRepository } from '../storage/published-blob.repository.js';
import { CopySources, type CopySource } from './copy-sources.js';
import { IntegrityRepository } from './integrity.repository.js';

/** Names of the same bytes that a place is asked for. */
const NAMES_TRIED = 4;
/** A place has so long to answer, and to send this many bytes a second. */
const ANSWER_MS = 30_000;
const SLOWEST_BYTES_PER_SECOND = 50_000;
export const FILES_TOLD = 1_000;

/** Gets the bytes of a damaged content from another place. */
@Injectable()
export class RepairContent {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly store: ObjectStore,
    private readonly sources: CopySources,
    private readonly published: PublishedBlobRepository,
    private readonly integrity: IntegrityRepository,
    private readonly cleanup: ObjectCleanupRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * @returns the place it came from, or null when no place has these bytes
   * @throws AppError OBJECT_STORE_UNAVAILABLE when a copy cannot be stored
   */
  async execute(content: Content): Promise<string | null> {
    const { manager } = this.database;
    await this.integrity.noteRepairTried(manager, content.sha256);
    const files = await this.published.filesOf(manager, content.sha256, NAMES_TRIED);
    for (const source of await this.sources.list())
      for (const { fileId, name } of files) {
        const copied = await this.copy(content, source, fileId, name);
        if (copied === 'unreachable') break;
        if (copied === null) continue;
        await this.replace(content, copied, source.name);
        return source.name;
      }
    return null;
  }

  private async copy(
    { sha256, size }: Content,
    source: CopySource,
    fileId: string,
    file: string,
  ): Promise<ObjectKey | 'unreachable' | null> {
    const key = objectKey('content', sha256, randomUUID());
    const signal = AbortSignal.timeout(ANSWER_MS + Math.ceil((size / SLOWEST_BYTES_PER_SECOND) * 1_000));
    let isReached = false;
    try {
      const bytes = await source.open(fileId, file, signal);
      isReached = true;
      if (bytes === null) return null;
      await this.store.put(key, bytes, { size, sha256 });
      return key;
    } catch (error) {
      if (error instanceof AppError && error.code === OBJECT_STORE_ERRORS.OBJECT_STORE_UNAVAILABLE.code)
        throw error;
      this.log.warn({ err: error, source: source.name, fileId, file }, 'A place has no good copy of a file');
      return isReached ? null : 'unreachable';
    }
  }

  private async replace(content: Content, key: ObjectKey, source: string): Promise<void> {
    const { sha256 } = content;
    await this.outbox.transaction(async (tx) => {
      const isReplaced = await this.integrity.replaceObject(tx.manager, content, key);
      await this.cleanup.add(tx.manager, [isReplaced ? content.objectKey : key]);
      if (!isReplaced) return;
      const files = await this.published.filesOf(tx.manager, sha256, FILES_TOLD);
      const at = this.clock.now().toISOString();
      tx.publish(integrityRestored, { sha256, files, at, source: source.slice(0, 255) }, sha256);
    });
    this.published.forget();
    this.log.info({ sha256, source }, 'A damaged content was repaired');
  }
}
