import { crc32 } from 'node:zlib';
import { archiveFormat, checkArchive } from '../archives/check-archive.js';
import { checkSingleFile } from '../archives/check-single-file.js';
import { StreamedCheck } from '../archives/streamed-check.js';
import { tarGz } from '../archives/write-tar-gz.js';
import { zip } from '../archives/write-zip.js';
import type { PackageEntity } from '../packages/package.entity.js';
import type { UploadedArchive } from '../uploads/uploaded-archive.js';

const FILE_MODE = 0o755;

/** How an upload becomes the archive that agents unpack. */
export interface PackedUpload {
  /** Bytes of the archive. */
  readonly size: number;
  /** Whether the upload is the archive as it is. */
  readonly isUpload: boolean;
  /** Whether the upload has to be read once by {@link prepare}, before the archive is made of it. */
  readonly needsPreparation: boolean;
  /** Hears the archive when it can only be checked by reading it whole. */
  readonly check: StreamedCheck | null;
  prepare(upload: AsyncIterable<Uint8Array>): Promise<void>;
  /** The archive, made of the upload while it is read. */
  archive(upload: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/**
 * Looks at an upload and tells what becomes of it.
 * @throws AppError BUILDER_ARCHIVE_UNREADABLE, BUILDER_ARCHIVE_UNSAFE_PATH, BUILDER_ARCHIVE_FILE_MISSING as far as
 * that is known without reading it whole
 */
export async function packUpload(entity: PackageEntity, upload: UploadedArchive): Promise<PackedUpload> {
  const { packing, packedName, action } = entity;
  if (packing === 'none' || packedName === null) return uploadedArchive(entity, upload);
  await checkSingleFile(upload, packedName, action);
  const file = { name: packedName, size: upload.size, mode: FILE_MODE };
  return packing === 'zip' ? packedAsZip(file) : packedAsTarGz(file);
}

async function uploadedArchive(entity: PackageEntity, upload: UploadedArchive): Promise<PackedUpload> {
  const { operatingSystem, action } = entity;
  const format = await archiveFormat(upload, operatingSystem);
  // A zip has a directory; a tar has to be read whole.
  if (format === 'zip') await checkArchive(upload, format, operatingSystem, action);
  return {
    size: upload.size,
    isUpload: true,
    needsPreparation: false,
    check: format === 'tar.gz' ? new StreamedCheck(operatingSystem, action) : null,
    prepare: () => Promise.resolve(),
    archive: (bytes) => bytes,
  };
}

interface SingleFile {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
}

/** Its checksum stands before the bytes: the only way that every reader understands. */
function packedAsZip(file: SingleFile): PackedUpload {
  let checksum = 0;
  return {
    size: zip([{ ...file, crc32: 0, bytes: nothing }]).size,
    isUpload: false,
    needsPreparation: true,
    check: null,
    async prepare(upload) {
      for await (const chunk of upload) checksum = crc32(chunk, checksum);
    },
    archive: (upload) => zip([{ ...file, crc32: checksum, bytes: () => upload }]).bytes(),
  };
}

async function packedAsTarGz(file: SingleFile): Promise<PackedUpload> {
  let content: AsyncIterable<Uint8Array> = nothing();
  const { size, bytes } = await tarGz([{ ...file, bytes: () => content }]);
  return {
    size,
    isUpload: false,
    needsPreparation: false,
    check: null,
    prepare: () => Promise.resolve(),
    archive(upload) {
      content = upload;
      return bytes();
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
