import { buildProgressed, packageBuildFailed, packageBuilt } from '@entrepot/contracts';
import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Log, Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { BuildLock } from './build-lock.js';
import { type BuildManifest, downloadedFiles } from './build-manifest.js';
import { type BuildFailure, decideBuildFailure } from './decide-build-failure.js';
import { ERRORS } from '../errors.js';
import { MakePackage } from './make-package.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { UploadRepository } from '../uploads/upload.repository.js';

/**
 * Builds a package. May be called again at any time, by a redelivery or after a crash: it begins anew, or where the
 * package was about to be published goes on from there.
 */
@Injectable()
export class BuildPackage {
  private readonly builds: Counter;

  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
    private readonly make: MakePackage,
    private readonly storage: BlobStorage,
    private readonly cleanup: BlobCleanup,
    private readonly lock: BuildLock,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.builds = metrics
      .meter('builder')
      .createCounter('builder_builds', { description: 'Builds by result' });
  }

  /**
   * @param attempt 1 for the first, as the bus counts
   * @throws the failure of this attempt when another one may help; other failures end in the state `failed`
   */
  async execute(id: PackageId, attempt: number): Promise<void> {
    await this.lock.hold(id, async () => {
      const entity = await this.packages.find(id);
      if (entity?.state !== 'building') return;
      let { manifest } = entity;
      try {
        manifest ??= await this.build(entity);
        await this.finish(entity, manifest);
      } catch (error) {
        await this.settle(id, error, attempt, manifest !== null);
      }
    });
    this.cleanup.start();
  }

  private async build(entity: PackageEntity): Promise<BuildManifest> {
    const made = await this.make.execute(entity, (done, total) => this.tellProgress(entity, done, total));
    await this.packages.saveMade(entity.id, made);
    return made.manifest;
  }

  private tellProgress({ id, fileId }: PackageEntity, bytes: number, total: number): Promise<void> {
    return this.outbox.transaction(async (tx) => {
      await this.packages.saveProgress(tx.manager, id, bytes, total);
      const at = this.clock.now().toISOString();
      tx.publish(buildProgressed, { packageId: id, fileId, at, bytes, total }, id);
    });
  }

  private async finish(entity: PackageEntity, manifest: BuildManifest): Promise<void> {
    const { id, fileId, name, version, operatingSystem, protocol, priority } = entity;
    await this.storage.publish(fileId, manifest.blobs);
    await this.outbox.transaction(async (tx) => {
      const builtAt = this.clock.now();
      await this.packages.advance(tx.manager, await this.packages.lock(tx.manager, id), 'succeed', {
        builtAt,
      });
      const upload = await this.uploads.findForPackage(id, tx.manager);
      if (upload !== null) {
        await this.uploads.delete(tx.manager, upload.id);
        await this.cleanup.add(tx.manager, { area: 'upload', owner: upload.storageId });
      }
      const { fragments, size, md5, sha256 } = manifest;
      const about = {
        packageId: id,
        fileId,
        at: builtAt.toISOString(),
        name,
        version,
        operatingSystem,
        protocol,
        priority,
      };
      const files = downloadedFiles(fileId, manifest);
      tx.publish(packageBuilt, { ...about, files, fragments, size, md5, sha256 }, id);
    });
    this.builds.add(1, { result: 'built' });
    this.log.info(
      { packageId: id, fileId, bytes: manifest.size, fragments: manifest.fragments },
      'A package is built',
    );
  }

  /** Ends a build whose attempt failed, or throws what makes the bus try again. */
  private async settle(id: PackageId, error: unknown, attempt: number, isMade: boolean): Promise<void> {
    const decision = await this.endIfFinal(id, error, attempt, isMade).catch((cause: unknown) => {
      throw unfinished(cause);
    });
    this.log.warn({ err: error, packageId: id, attempt, decision }, 'A build did not succeed');
    if (decision === 'again') throw isMade ? unfinished(error) : error;
    this.builds.add(1, { result: decision.code });
  }

  private endIfFinal(id: PackageId, error: unknown, attempt: number, isMade: boolean): Promise<BuildFailure> {
    return this.outbox.transaction(async (tx) => {
      const entity = await this.packages.lock(tx.manager, id);
      // What this attempt does not know of was made by a process that took the lock over; it may be published.
      if (entity.manifest !== null && !isMade) throw error;
      const decision = decideBuildFailure(error, attempt, isMade);
      if (decision === 'again') return decision;
      const { code, reason } = decision;
      const { fileId } = entity;
      const changes = { errorCode: code, errorReason: reason, manifest: null, source: null, virusScan: null };
      await this.packages.advance(tx.manager, entity, 'fail', changes);
      await this.cleanup.add(tx.manager, { area: 'package', owner: fileId });
      const at = this.clock.now().toISOString();
      tx.publish(packageBuildFailed, { packageId: id, fileId, at, code, reason }, id);
      return decision;
    });
  }
}

/** The bus waits long for what is unavailable, and gives everything else up after a few attempts. */
function unfinished(cause: unknown): AppError {
  if (cause instanceof AppError && cause.kind === 'unavailable') return cause;
  const reason = 'The build has come to an end that could not be told; it is tried again.';
  return new AppError(ERRORS.BUILDER_BUILD_UNFINISHED, reason, {}, { cause });
}
