import type { PublishedBlob, PublishPackageRequest } from '@entrepot/contracts';
import { AppError, parseFileId, type FileId } from '@entrepot/kernel';
import { fragmentName, INFO_FILE_NAME } from '@entrepot/ocs-wire';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { ownerPrefix } from './blob-address.js';
import { ERRORS } from '../errors.js';
import { PublishedBlobRepository } from './published-blob.repository.js';

const SHA256 = /^[0-9a-f]{64}$/;
/** An info file is read whole into memory each time that it is served. */
const INFO_MAX_BYTES = 256 * 1024;

/** Makes the stored blobs of a package downloadable, all at once and for ever. */
@Injectable()
export class PublishPackage {
  constructor(
    private readonly store: ObjectStore,
    private readonly published: PublishedBlobRepository,
  ) {}

  /**
   * The same request again succeeds and changes nothing.
   * @throws AppError FRAGMENTS_PACKAGE_INCOMPLETE when a blob is not stored with the announced size, or the list is
   * not the info file and fragments 1 to n; FRAGMENTS_PACKAGE_PUBLISHED when other bytes are published already
   */
  async execute(request: PublishPackageRequest): Promise<void> {
    const fileId = parseFileId(request.fileId);
    if (fileId === null) throw incomplete('fileId', 'fileId must be ten digits');
    checkList(fileId, request.blobs);
    await this.published.exclusively(fileId, async (manager) => {
      const before = await this.published.list(manager, fileId);
      if (before.length > 0) {
        if (isSameList(before, request.blobs)) return;
        throw new AppError(
          ERRORS.FRAGMENTS_PACKAGE_PUBLISHED,
          `Package ${fileId} is published with other bytes.`,
        );
      }
      await this.checkStored(fileId, request.blobs);
      await this.published.insert(manager, fileId, request.blobs);
    });
  }

  private async checkStored(fileId: FileId, blobs: readonly PublishedBlob[]): Promise<void> {
    const sizes = new Map<string, number>();
    const prefix = ownerPrefix({ area: 'package', owner: fileId });
    for await (const { key, size } of this.store.list(prefix)) sizes.set(key.slice(prefix.length), size);
    for (const { name, size } of blobs) {
      const stored = sizes.get(name);
      if (stored === undefined) throw incomplete('blobs', `${name} is not stored`);
      if (stored !== size) throw incomplete('blobs', `${name} has ${stored} stored bytes instead of ${size}`);
    }
  }
}

function checkList(fileId: FileId, blobs: readonly PublishedBlob[]): void {
  const byName = new Map(blobs.map((blob) => [blob.name, blob]));
  const expected = [INFO_FILE_NAME];
  for (let n = 1; n < blobs.length; n++) expected.push(fragmentName(fileId, n));
  for (const name of expected)
    if (!byName.has(name)) throw incomplete('blobs', `${name} is missing from the list`);
  if (byName.size !== blobs.length) throw incomplete('blobs', 'a name is there twice');
  for (const { name, size, sha256 } of blobs) {
    if (!Number.isSafeInteger(size) || size < 1)
      throw incomplete('blobs', `${name} must have at least one byte`);
    if (!SHA256.test(sha256)) throw incomplete('blobs', `${name} needs a SHA-256 in lower-case hexadecimal`);
  }
  if ((byName.get(INFO_FILE_NAME)?.size ?? 0) > INFO_MAX_BYTES)
    throw incomplete('blobs', `${INFO_FILE_NAME} must have at most ${INFO_MAX_BYTES} bytes`);
}

function isSameList(one: readonly PublishedBlob[], other: readonly PublishedBlob[]): boolean {
  const byName = new Map(one.map((blob) => [blob.name, blob]));
  const isSame = ({ name, size, sha256 }: PublishedBlob): boolean =>
    byName.get(name)?.size === size && byName.get(name)?.sha256 === sha256;
  return one.length === other.length && other.every(isSame);
}

function incomplete(field: string, message: string): AppError {
  return new AppError(ERRORS.FRAGMENTS_PACKAGE_INCOMPLETE, message, { field });
}
