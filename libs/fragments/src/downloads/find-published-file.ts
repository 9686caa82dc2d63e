import { AppError, parseFileId, type FileId } from '@entrepot/kernel';
import { INFO_FILE_NAME, parseFragmentName } from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { PublishedBlobRepository, type FoundBlob } from '../storage/published-blob.repository.js';

/** A file that agents may have, and whose bytes are not known to be wrong. */
export interface PublishedFile {
  readonly fileId: FileId;
  /** From 1; 0 is the info file. */
  readonly fragment: number;
  readonly blob: FoundBlob;
}

/** Finds what `/download/<file id>/<name>` means (OCS-PROTOCOL.md §5.1). */
@Injectable()
export class FindPublishedFile {
  constructor(private readonly published: PublishedBlobRepository) {}

  /**
   * @throws AppError FRAGMENTS_FILE_NOT_FOUND for anything that is not a published file, whatever it looks like, and for
   * the info file of a deleted package; FRAGMENTS_STORE_UNAVAILABLE when the stored bytes are damaged
   */
  async execute(fileIdText: string, name: string): Promise<PublishedFile> {
    const fileId = parseFileId(fileIdText);
    if (fileId === null) throw fileNotFound();
    const fragment = name === INFO_FILE_NAME ? 0 : parseFragmentName(fileId, name);
    if (fragment === null) throw fileNotFound();
    const blob = await this.published.find(fileId, name);
    if (blob === null || (blob.withdrawn && fragment === 0)) throw fileNotFound();
    if (blob.damaged) throw fileUnavailable(new Error('The stored bytes are damaged.'));
    return { fileId, fragment, blob };
  }
}

/** The answer to whoever asks for something that is not there. */
export function fileNotFound(): AppError {
  return new AppError(ERRORS.FRAGMENTS_FILE_NOT_FOUND, 'There is no such file.');
}

/** The answer to whoever asks for a file that cannot be had now. */
export function fileUnavailable(cause: unknown): AppError {
  const reason = 'The file cannot be read at the moment; try again later.';
  return new AppError(ERRORS.FRAGMENTS_STORE_UNAVAILABLE, reason, {}, { cause });
}
