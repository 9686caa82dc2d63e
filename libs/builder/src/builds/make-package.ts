import { AppError } from '@entrepot/kernel';
import { INFO_FILE_NAME, planFragments, type FragmentPlan } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { BUILDER_OPTIONS, type BuilderOptions } from '../builder.options.js';
import { ERRORS } from '../errors.js';
import { packageInfo } from '../packages/package-info.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { MAX_FRAGMENTS } from '../packages/package-settings.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { UploadedArchive } from '../uploads/uploaded-archive.js';
import { type Upload, UploadRepository } from '../uploads/upload.repository.js';
import type { MadePackage } from './build-manifest.js';
import { BuildPass } from './build-pass.js';
import { packUpload } from './pack-upload.js';
import { VirusScanner } from './virus-scanner.js';

/** Told of bytes done and to do, every two seconds. */
export type TellProgress = (done: number, total: number) => Promise<void>;

/** Makes the files of a package from its upload: check, cut, write the info file, read everything back. */
@Injectable()
export class MakePackage {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly storage: BlobStorage,
    private readonly scanner: VirusScanner,
    @Inject(BUILDER_OPTIONS) private readonly options: BuilderOptions,
  ) {}

  /**
   * Begins from a clean slate, whatever an earlier attempt left. Nothing that it stores can be downloaded yet.
   * @throws AppError of kind `invalid` when the archive is to blame, BUILDER_STORAGE_UNAVAILABLE,
   * BUILDER_SCANNER_UNAVAILABLE, BUILDER_BYTES_DIFFER when something stored is not what was sent
   */
  async execute(entity: PackageEntity, tell: TellProgress): Promise<MadePackage> {
    await this.storage.discard({ area: 'package', owner: entity.fileId });
    return entity.hasArchive ? this.withArchive(entity, tell) : this.withoutArchive(entity);
  }

  private async withoutArchive(entity: PackageEntity): Promise<MadePackage> {
    const info = await this.storeInfo(entity, '', 0);
    const manifest = { size: 0, md5: '', sha256: '', fragments: 0, blobs: [info] };
    return { manifest, source: null, virusScan: null };
  }

  private async withArchive(entity: PackageEntity, tell: TellProgress): Promise<MadePackage> {
    const upload = await this.completeUpload(entity);
    const uploaded = new UploadedArchive(this.storage, upload.storageId, await this.uploads.parts(upload.id));
    const packed = await packUpload(entity, uploaded);
    const plan = planFor(entity, packed.size);
    const pass = new BuildPass({ storage: this.storage, uploaded, packed, plan, tell });
    try {
      const scan = await this.scanner.begin(uploaded.size);
      const { fragments, archive, sourceSha256, virusScan } = await pass.run(entity.fileId, scan);
      const info = await this.storeInfo(entity, archive.md5, plan.count);
      const { fileName, sender } = upload;
      return {
        manifest: { ...archive, fragments: plan.count, blobs: [...fragments, info] },
        source: { fileName, sender, size: uploaded.size, sha256: sourceSha256 },
        virusScan,
      };
    } finally {
      await pass.close();
    }
  }

  private async completeUpload(entity: PackageEntity): Promise<Upload> {
    const upload = await this.uploads.findForPackage(entity.id);
    if (upload === null || upload.position !== upload.size)
      throw new AppError(ERRORS.BUILDER_UPLOAD_NOT_FOUND, 'The archive of this package is not complete.');
    return upload;
  }

  /** @returns the info file's name, size and digest, which are those of what was read back */
  private async storeInfo(
    entity: PackageEntity,
    md5: string,
    fragments: number,
  ): Promise<MadePackage['manifest']['blobs'][number]> {
    const info = packageInfo(entity, { md5, fragments }, this.options);
    const address = { area: 'package', owner: entity.fileId, name: INFO_FILE_NAME } as const;
    const stored = await this.storage.put(address, only(info));
    await this.storage.check(address, stored);
    return { name: INFO_FILE_NAME, ...stored };
  }
}

function planFor({ fragments }: PackageEntity, size: number): FragmentPlan {
  const plan = planFragments(size, fragments);
  if (plan.count <= MAX_FRAGMENTS) return plan;
  throw new AppError(
    ERRORS.BUILDER_TOO_MANY_FRAGMENTS,
    `The archive would make ${plan.count} fragments; at most ${MAX_FRAGMENTS} are possible. Choose larger ones.`,
    { field: 'fragments' },
  );
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
