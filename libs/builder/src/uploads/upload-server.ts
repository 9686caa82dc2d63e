import { parseUuid, type UploadId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { PROBLEM_CONTENT_TYPE, toProblem } from '@entrepot/platform-http';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { BlobStorage } from '../storage/blob-storage.js';
import { UPLOADS_PATH } from '../packages/package-view.js';
import { ReceiveUpload, type UploadSender } from './receive-upload.js';
import { StartUpload } from './start-upload.js';
import { UploadDataStore } from './upload-data-store.js';
import { uploadFileName } from './upload-file-name.js';
import { UploadLocks } from './upload-locks.js';
import { UploadRepository } from './upload.repository.js';

/** 1 TiB. */
const MAX_ARCHIVE_BYTES = 2 ** 40;
const BUSY_AFTER_SECONDS = '10';

type ServerRequest = Parameters<NonNullable<Server['options']['onIncomingRequest']>>[0];

/** Speaks tus 1.0 on the raw request and response. */
@Injectable()
export class UploadServer {
  private readonly locks = new UploadLocks();

  constructor(
    private readonly uploads: UploadRepository,
    private readonly start: StartUpload,
    private readonly receive: ReceiveUpload,
    private readonly storage: BlobStorage,
    private readonly log: Log,
  ) {}

  /** @throws AppError BUILDER_STORAGE_UNAVAILABLE before any of the body is read */
  async handle(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<void> {
    if (request.method === 'PATCH' || request.method === 'POST') await this.storage.requireAvailable();
    reply.hijack();
    // tus knows the name at the creation only; who sends to an upload that exists may tell it as well.
    const metadata = request.headers['upload-metadata'];
    const fileName = uploadFileName(typeof metadata === 'string' ? metadata : null);
    await this.serverFor({ principal, fileName }, request.id).handle(request.raw, reply.raw);
  }

  /** A server for one request, so that the store knows who is sending; it holds nothing but these objects. */
  private serverFor(sender: UploadSender, requestId: string): Server {
    const { uploads, start, receive, locks } = this;
    const parts = { uploads, start, receive, onBytes: (id: string) => locks.touch(id) };
    return new ProblemServer(requestId, {
      path: UPLOADS_PATH,
      datastore: new UploadDataStore(parts, sender),
      locker: locks,
      maxSize: MAX_ARCHIVE_BYTES,
      relativeLocation: true,
      allowedOrigins: () => false,
      namingFunction: (request) => lastSegment(request.url),
      onIncomingRequest: (request, id) => this.forgiveRepeatedLength(request, id),
      onResponseError: (_request, error) => {
        if (!(error instanceof Error) || 'status_code' in error) return undefined;
        const problem = toProblem(error, requestId);
        if (problem.status >= 500)
          this.log.warn({ err: error, code: problem.code }, 'An upload was interrupted');
        return { status_code: problem.status, body: JSON.stringify(problem) };
      },
    });
  }

  /** tus-js-client tells a deferred length with every last chunk, also when the upload was resumed and knows it. */
  private async forgiveRepeatedLength(request: ServerRequest, id: string): Promise<void> {
    const length = request.headers.get('upload-length');
    if (request.method !== 'PATCH' || length === null) return;
    const uploadId = parseUuid<UploadId>(id);
    const upload = uploadId && (await this.uploads.find(uploadId));
    if (upload?.size === Number(length)) request.headers.delete('upload-length');
  }
}

/** Makes the plain-text errors of tus problem documents. */
class ProblemServer extends Server {
  constructor(
    private readonly requestId: string,
    options: ConstructorParameters<typeof Server>[0],
  ) {
    super(options);
  }

  override write(
    context: Parameters<Server['write']>[0],
    headers: Headers,
    status: number,
    body = '',
  ): ReturnType<Server['write']> {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('Content-Type', PROBLEM_CONTENT_TYPE);
    if (status === 503 || status === 423) headers.set('Retry-After', BUSY_AFTER_SECONDS);
    return super.write(context, headers, status, body.startsWith('{') ? body : this.problem(status, body));
  }

  private problem(status: number, text: string): string {
    return JSON.stringify({
      type: 'urn:entrepot:error:BUILDER_UPLOAD_REFUSED',
      title: STATUS_CODES[status] ?? 'Refused',
      status,
      detail: text.trim(),
      code: 'BUILDER_UPLOAD_REFUSED',
      instance: this.requestId,
    });
  }
}

function lastSegment(url: string): string {
  return new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
}
