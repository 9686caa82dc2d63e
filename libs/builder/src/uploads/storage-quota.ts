import { AppError } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BUILDER_OPTIONS, type BuilderOptions } from '../builder.options.js';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';
import { UploadRepository } from './upload.repository.js';

/** Room that is taken, in bytes. */
export interface StorageUsage {
  readonly usedBytes: number;
  /** What uploads hold. */
  readonly uploadBytes: number;
  /** Archives of built packages that are not deleted. */
  readonly packageBytes: number;
  /** What may be used; null without a limit. */
  readonly quotaBytes: number | null;
}

/** What uploads and packages may take together in this installation. */
@Injectable()
export class StorageQuota {
  constructor(
    private readonly database: DataSource,
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
    @Inject(BUILDER_OPTIONS) private readonly options: BuilderOptions,
  ) {}

  async usage(manager: EntityManager = this.database.manager): Promise<StorageUsage> {
    // In this order a build that ends in between is counted twice, and never not at all.
    const uploadBytes = await this.uploads.heldBytes(manager);
    const packageBytes = await this.packages.builtBytes(manager);
    const { quotaBytes } = this.options;
    return { usedBytes: uploadBytes + packageBytes, uploadBytes, packageBytes, quotaBytes };
  }

  /**
   * How many bytes still fit.
   * @throws AppError BUILDER_QUOTA_EXCEEDED when none does
   */
  async room(): Promise<number> {
    if (this.options.quotaBytes === null) return Infinity;
    const usage = await this.usage();
    const room = this.options.quotaBytes - usage.usedBytes;
    if (room <= 0) throw exceeded(usage, 1);
    return room;
  }

  /**
   * Makes sure that so many bytes more would fit; nothing is reserved.
   * @throws AppError BUILDER_QUOTA_EXCEEDED
   */
  async requireRoom(manager: EntityManager, bytes: number): Promise<void> {
    if (this.options.quotaBytes === null) return;
    const usage = await this.usage(manager);
    if (usage.usedBytes + bytes > this.options.quotaBytes) throw exceeded(usage, bytes);
  }

  /**
   * Makes sure that what a transaction has added fits; others that add wait until it ends, so that two cannot take the
   * same room. Call it last: whoever holds this lock must wait for no other.
   * @throws AppError BUILDER_QUOTA_EXCEEDED
   */
  async requireKept(manager: EntityManager): Promise<void> {
    if (this.options.quotaBytes === null) return;
    await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('builder.quota', 0))");
    const usage = await this.usage(manager);
    if (usage.usedBytes > this.options.quotaBytes) throw exceeded(usage, 0);
  }
}

function exceeded({ usedBytes, quotaBytes }: StorageUsage, bytes: number): AppError {
  const quota = quotaBytes ?? 0;
  const needed = bytes > 0 ? `, and ${bytes} more are needed` : '';
  return new AppError(
    ERRORS.BUILDER_QUOTA_EXCEEDED,
    `Uploads and packages may take ${quota} bytes together; ${usedBytes} are taken${needed}. Delete packages or uploads that nobody needs, or have the quota raised.`,
    { usedBytes, quotaBytes: quota },
  );
}
