import { integrityRestored, type PublishedBlob, type PublishPackageRequest } from '@entrepot/contracts';
import { AppError, Clock, parseFileId, type FileId } from '@entrepot/kernel';
import { fragmentName, INFO_FILE_NAME } from '@entrepot/ocs-wire';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { blobKey, ownerPrefix } from './blob-address.js';
import { ContentRepository, type Content } from './content.repository.js';
import { ERRORS } from '../errors.js';
import { ObjectCleanupRepository } from './object-cleanup.repository.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PublishedPackageRepository } from './published-package.repository.js';

const SHA256 = /^[0-9a-f]{64}$/;
/** An info file is read whole into memory each time that it is served. */
const INFO_MAX_BYTES = 256 * 1024;
const FILES_TOLD = 1_000;

/**
 * Makes the stored blobs of a package downloadable, all at once and for ever. Bytes that are there already are kept
 * once: in the object that is newest, since the builder has just read that one back.
 */
@Injectable()
export class PublishPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: ObjectStore,
    private readonly packages: PublishedPackageRepository,
    private readonly published: PublishedBlobRepository,
    private readonly contents: ContentRepository,
    private readonly cleanup: ObjectCleanupRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The same request again succeeds and changes nothing.
   * @throws AppError FRAGMENTS_PACKAGE_INCOMPLETE when a blob is not stored with the announced size, or the list is
   * not the info file and fragments 1 to n; FRAGMENTS_PACKAGE_PUBLISHED when other bytes are published already, or
   * the package was deleted
   */
  async execute(request: PublishPackageRequest): Promise<void> {
    const fileId = parseFileId(request.fileId);
    if (fileId === null) throw incomplete('fileId', 'fileId must be ten digits');
    checkList(fileId, request.blobs);
    await this.outbox.transaction(async (tx) => {
      await this.packages.lock(tx.manager, fileId);
      if ((await this.packages.find(tx.manager, fileId)) !== null) {
        const before = await this.published.list(tx.manager, fileId);
        if (isSameList(before, request.blobs)) return;
        const message = `Package ${fileId} is or was published with other bytes.`;
        throw new AppError(ERRORS.FRAGMENTS_PACKAGE_PUBLISHED, message);
      }
      await this.checkStored(fileId, request.blobs);
      await this.storeContents(tx, fileId, request.blobs);
      await this.packages.insert(tx.manager, fileId, request.blobs.length - 1);
      await this.published.insert(tx.manager, fileId, request.blobs);
    });
    this.published.forget();
  }

  private async storeContents(
    tx: Transaction,
    fileId: FileId,
    blobs: readonly PublishedBlob[],
  ): Promise<void> {
    const { contents, spare } = contentsOf(fileId, blobs);
    const replaced = await this.contents.store(tx.manager, [...contents.values()]);
    for (const { sha256, size } of replaced)
      if (contents.get(sha256)?.size !== size)
        throw incomplete('blobs', `${sha256} is the SHA-256 of ${size} other bytes`);
    await this.cleanup.add(tx.manager, [...spare, ...replaced.map(({ objectKey }) => objectKey)]);
    const at = this.clock.now().toISOString();
    for (const { sha256 } of replaced.filter(({ isDamaged }) => isDamaged)) {
      const files = await this.published.filesOf(tx.manager, sha256, FILES_TOLD);
      tx.publish(integrityRestored, { sha256, files, at, source: `package ${fileId}` }, sha256);
    }
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

/** One object for each content, and the keys of those that hold the same once more. */
function contentsOf(
  fileId: FileId,
  blobs: readonly PublishedBlob[],
): { readonly contents: ReadonlyMap<string, Content>; readonly spare: readonly string[] } {
  const contents = new Map<string, Content>();
  const spare: string[] = [];
  for (const { name, size, sha256 } of blobs) {
    const objectKey = blobKey({ area: 'package', owner: fileId, name });
    if (contents.has(sha256)) spare.push(objectKey);
    else contents.set(sha256, { sha256, size, objectKey });
  }
  return { contents, spare };
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
