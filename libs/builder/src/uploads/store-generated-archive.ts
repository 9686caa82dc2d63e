import type { PackageId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { ReceiveUpload } from './receive-upload.js';
import { StartUpload } from './start-upload.js';
import { UploadRepository } from './upload.repository.js';

/** Uploads, in somebody's place, an archive that the server has made itself. */
@Injectable()
export class StoreGeneratedArchive {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly start: StartUpload,
    private readonly receive: ReceiveUpload,
  ) {}

  /** @throws AppError BUILDER_QUOTA_EXCEEDED, BUILDER_STORAGE_UNAVAILABLE */
  async execute(packageId: PackageId, bytes: Buffer, principal: Principal): Promise<void> {
    const upload = await this.uploads.findForPackage(packageId);
    if (upload === null) throw new Error(`The new package ${packageId} has no place for its archive.`);
    await this.start.declareSize(upload.id, bytes.length, principal);
    await this.receive.execute(upload, only(bytes), { principal, fileName: null }, () => undefined);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
