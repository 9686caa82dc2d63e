import type { PublishedBlob } from '@entrepot/contracts';
import { AppError, parseFileId, sha256Hex, type FileId } from '@entrepot/kernel';
import { INFO_FILE_NAME, parseFragmentName } from '@entrepot/ocs-wire';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Log, Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { blobKey } from '../storage/blob-address.js';
import { ERRORS } from '../errors.js';
import { exactBytes } from './exact-bytes.js';
import { PublishedBlobRepository } from '../storage/published-blob.repository.js';

/** A file as it goes to an agent: the headers are final, and the body is sure to begin. */
export interface PublishedFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable;
}

/** Opens what `GET /download/<file id>/<name>` asks for (OCS-PROTOCOL.md §5.1, §5.6). */
@Injectable()
export class OpenPublishedFile {
  private readonly served: Counter;

  constructor(
    private readonly store: ObjectStore,
    private readonly published: PublishedBlobRepository,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.served = metrics.meter('fragments').createCounter('fragments_served_bytes', {
      description: 'Bytes of info files and fragments sent to agents',
    });
  }

  /**
   * @throws AppError FRAGMENTS_FILE_NOT_FOUND for anything that is not a published file, whatever it looks like;
   * FRAGMENTS_STORE_UNAVAILABLE when the store is down or holds something else than what was published
   */
  async execute(fileIdText: string, name: string): Promise<PublishedFile> {
    const fileId = parseFileId(fileIdText);
    if (fileId === null || !isFileName(fileId, name)) throw notFound();
    const blob = await this.published.find(fileId, name);
    if (blob === null) throw notFound();
    try {
      return name === INFO_FILE_NAME
        ? await this.openInfo(fileId, blob)
        : await this.openFragment(fileId, blob);
    } catch (error) {
      this.log.error({ err: error, fileId, file: name }, 'A published file cannot be served');
      const reason = 'The file cannot be read at the moment; try again later.';
      throw new AppError(ERRORS.FRAGMENTS_STORE_UNAVAILABLE, reason, {}, { cause: error });
    }
  }

  /** Whole and checked: an empty or cut info file blocks an agent for ever (AGENT-BEHAVIOUR.md, Info). */
  private async openInfo(fileId: FileId, blob: PublishedBlob): Promise<PublishedFile> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.read(fileId, blob)) chunks.push(chunk as Uint8Array);
    const body = Buffer.concat(chunks);
    if (sha256Hex(body) !== blob.sha256) throw new Error('The stored info file is not what was published.');
    this.served.add(body.length, { kind: 'info' });
    return { headers: { 'content-type': 'text/xml; charset=utf-8', ...headersOf(blob, 'no-store') }, body };
  }

  private async openFragment(fileId: FileId, blob: PublishedBlob): Promise<PublishedFile> {
    const source = await this.read(fileId, blob);
    const body = await exactBytes(source, blob.size, (bytes) => this.served.add(bytes, { kind: 'fragment' }));
    body.once('error', (error) =>
      this.log.error({ err: error, fileId, file: blob.name }, 'A download was cut off'),
    );
    const headers = headersOf(blob, 'public, max-age=31536000, immutable');
    return { headers: { 'content-type': 'application/octet-stream', ...headers }, body };
  }

  private read(fileId: FileId, { name }: PublishedBlob): Promise<Readable> {
    return this.store.get(blobKey({ area: 'package', owner: fileId, name }));
  }
}

function isFileName(fileId: FileId, name: string): boolean {
  return name === INFO_FILE_NAME || parseFragmentName(fileId, name) !== null;
}

function headersOf(blob: PublishedBlob, cacheControl: string): Record<string, string> {
  return { 'content-length': String(blob.size), 'cache-control': cacheControl, etag: `"${blob.sha256}"` };
}

function notFound(): AppError {
  return new AppError(ERRORS.FRAGMENTS_FILE_NOT_FOUND, 'There is no such file.');
}
