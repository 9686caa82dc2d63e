import type { PublishedBlob } from '@entrepot/contracts';
import { AppError, DigestMeter, type Digests } from '@entrepot/kernel';
import { fragmentName, INFO_FILE_NAME, planFragments, type FragmentPlan } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { BlobStorage } from '../storage/blob-storage.js';
import type { BuildManifest } from './build-manifest.js';
import { BuildProgress } from './build-progress.js';
import { BUILDER_OPTIONS, type BuilderOptions } from '../builder.options.js';
import { archiveFormat, checkArchive } from '../archives/check-archive.js';
import { StreamCutter } from '../storage/cut-stream.js';
import { ERRORS } from '../errors.js';
import { packageInfo } from '../packages/package-info.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { MAX_FRAGMENTS } from '../packages/package-settings.js';
import { UploadedArchive } from '../uploads/uploaded-archive.js';
import { UploadRepository } from '../uploads/upload.repository.js';

const NO_ARCHIVE: Digests = { md5: '', sha256: '', size: 0 };

/** Makes the files of a package from its upload: check, cut, write the info file, read everything back. */
@Injectable()
export class MakePackage {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly storage: BlobStorage,
    @Inject(BUILDER_OPTIONS) private readonly options: BuilderOptions,
  ) {}

  /**
   * Begins from a clean slate, whatever an earlier attempt left. Nothing that it stores can be downloaded yet.
   * @param tell called with bytes done and to do, at most once a second
   * @throws AppError of kind `invalid` when the archive is to blame, BUILDER_STORAGE_UNAVAILABLE,
   * BUILDER_BYTES_DIFFER when something stored is not what was sent
   */
  async execute(
    entity: PackageEntity,
    tell: (done: number, total: number) => Promise<void>,
  ): Promise<BuildManifest> {
    const { fileId } = entity;
    await this.storage.discard({ area: 'package', owner: fileId });
    const archive = entity.hasArchive ? await this.openArchive(entity) : null;
    const plan = planFragments(archive?.size ?? null, fragmentRule(entity));
    if (plan.count > MAX_FRAGMENTS)
      throw new AppError(
        ERRORS.BUILDER_TOO_MANY_FRAGMENTS,
        `The archive would make ${plan.count} fragments; at most ${MAX_FRAGMENTS} are possible. Choose larger ones.`,
        { field: 'fragments' },
      );
    const { digests, progress, fragments } =
      archive === null
        ? { digests: NO_ARCHIVE, progress: new BuildProgress(0, tell), fragments: [] }
        : await this.cut(entity, archive, plan, tell);
    const info = packageInfo(entity, { md5: digests.md5, fragments: plan.count }, this.options);
    const stored = await this.storage.put(this.address(entity, INFO_FILE_NAME), chunk(info));
    const blobs = [...fragments, { name: INFO_FILE_NAME, ...stored }];
    await this.readBack(entity, blobs, digests, progress);
    return { ...digests, fragments: plan.count, blobs };
  }

  private async openArchive(entity: PackageEntity): Promise<UploadedArchive> {
    const upload = await this.uploads.findForPackage(entity.id);
    if (upload === null || upload.position !== upload.size)
      throw new AppError(ERRORS.BUILDER_UPLOAD_NOT_FOUND, 'The archive of this package is not complete.');
    return new UploadedArchive(this.storage, upload.storageId, await this.uploads.parts(upload.id));
  }

  private async cut(
    entity: PackageEntity,
    archive: UploadedArchive,
    plan: FragmentPlan,
    tell: (done: number, total: number) => Promise<void>,
  ): Promise<{ digests: Digests; progress: BuildProgress; fragments: PublishedBlob[] }> {
    const { operatingSystem, action, fileId } = entity;
    const format = await archiveFormat(archive, operatingSystem);
    // A tar has to be read whole to be checked; a zip has a directory.
    const progress = new BuildProgress(archive.size * (format === 'zip' ? 2 : 3), tell);
    const { size } = archive;
    const checked = {
      size,
      read: (start: number, end: number) => archive.read(start, end),
      readAll: () => progress.counted(archive.readAll()),
    };
    await checkArchive(checked, format, operatingSystem, action);
    const meter = new DigestMeter();
    const cutter = new StreamCutter(measured(progress.counted(archive.readAll()), meter));
    try {
      const fragments: PublishedBlob[] = [];
      for (let n = 1; n <= plan.count; n++) {
        const name = fragmentName(fileId, n);
        const stored = await this.storage.put(this.address(entity, name), cutter.take(plan.sizeOf(n)));
        fragments.push({ name, ...stored });
      }
      // Asking for the end lets the last part of the upload be compared with what was received.
      if (!(await cutter.atEnd())) throw new Error('The archive has grown during the build.');
      return { digests: meter.finish(), progress, fragments };
    } finally {
      await cutter.close();
    }
  }

  private async readBack(
    entity: PackageEntity,
    blobs: readonly PublishedBlob[],
    archive: Digests,
    progress: BuildProgress,
  ): Promise<void> {
    const meter = new DigestMeter();
    for (const blob of blobs) {
      const bytes = this.storage.readChecked(this.address(entity, blob.name), blob);
      const isFragment = blob.name !== INFO_FILE_NAME;
      for await (const piece of isFragment ? progress.counted(bytes) : bytes)
        if (isFragment) meter.update(piece);
    }
    const { md5, sha256, size } = meter.finish();
    const isSame = md5 === archive.md5 && sha256 === archive.sha256 && size === archive.size;
    if (entity.hasArchive && !isSame)
      throw new AppError(ERRORS.BUILDER_BYTES_DIFFER, 'The fragments together are not the archive.');
  }

  private address({ fileId }: PackageEntity, name: string): { area: 'package'; owner: string; name: string } {
    return { area: 'package', owner: fileId, name };
  }
}

function fragmentRule({ fragments }: PackageEntity): { count: number } | { size: number } {
  return 'count' in fragments ? { count: fragments.count } : { size: fragments.sizeBytes };
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

async function* measured(
  source: AsyncIterable<Uint8Array>,
  meter: DigestMeter,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of source) {
    meter.update(piece);
    yield piece;
  }
}
