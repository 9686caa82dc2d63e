import { ObjectStore } from '@entrepot/platform-object-store';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Readable } from 'node:stream';
import type { DownloadLane } from '../limits/download-lane.js';
import { fileUnavailable, type PublishedFile } from './find-published-file.js';
import { fragmentHeaders, lengthOf, type FragmentPart } from './fragment-headers.js';
import { sendStream, type StreamedBody } from './send-stream.js';

/** Sends a fragment, or a range of it, from the object store. */
@Injectable()
export class StreamFragment {
  constructor(
    private readonly store: ObjectStore,
    private readonly log: Log,
  ) {}

  /** @throws AppError FRAGMENTS_STORE_UNAVAILABLE as long as nothing was sent */
  async execute(
    { fileId, fragment, blob }: PublishedFile,
    part: FragmentPart,
    lane: DownloadLane | null,
    reply: FastifyReply,
  ): Promise<StreamedBody> {
    const status = part === 'whole' ? 200 : 206;
    const headers = fragmentHeaders(blob.sha256, blob.size, part);
    const answer = { status, headers, size: lengthOf(part, blob.size), lane } as const;
    const body = await this.open(blob, part)
      .then((source) => sendStream(source, reply, answer))
      .catch((error: unknown) => {
        throw fileUnavailable(error);
      });
    if (body.failure !== null)
      this.log.error({ err: body.failure, fileId, fragment }, 'A download was cut off');
    return body;
  }

  private open({ objectKey }: PublishedFile['blob'], part: FragmentPart): Promise<Readable> {
    return part === 'whole' ? this.store.get(objectKey) : this.store.get(objectKey, part);
  }
}
