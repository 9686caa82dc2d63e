import { AppError } from '@entrepot/kernel';
import { Metrics, type Counter } from '@entrepot/platform-telemetry';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../errors.js';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { LimitsInForce } from '../limits/limits-in-force.js';
import { plainAddress } from '../limits/plain-address.js';
import { AccessRecords } from './access-records.js';
import { applicableRange, isNotModified } from './conditions.js';
import type { PublishedFile } from './find-published-file.js';
import {
  entityTag,
  FRAGMENT_CACHE_CONTROL,
  fragmentHeaders,
  lengthOf,
  type FragmentPart,
} from './fragment-headers.js';
import { HandOverFragment } from './hand-over-fragment.js';
import { requestedRange } from './requested-range.js';
import { StoredLengths } from './stored-lengths.js';
import { StreamFragment } from './stream-fragment.js';

/** Answers with a fragment, from here or through nginx: whole for agents, conditions and ranges for who asks so. */
@Injectable()
export class ServeFragment {
  private readonly refused: Counter;

  constructor(
    private readonly streamed: StreamFragment,
    private readonly handedOver: HandOverFragment,
    private readonly lengths: StoredLengths,
    private readonly limits: LimitsInForce,
    private readonly accesses: AccessRecords,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
    metrics: Metrics,
  ) {
    this.refused = metrics.meter('fragments').createCounter('fragments_downloads_refused', {
      description: 'Downloads put off because their network has enough of them',
    });
  }

  /** @throws AppError FRAGMENTS_STORE_UNAVAILABLE, FRAGMENTS_LIMIT_REACHED; HttpException 416 */
  async execute(file: PublishedFile, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { sha256, size } = file.blob;
    const etag = entityTag(sha256);
    if (isNotModified(request.headers, etag)) {
      void reply.code(304).headers({ ETag: etag, 'Cache-Control': FRAGMENT_CACHE_CONTROL }).send();
      return;
    }
    if (request.method === 'HEAD') return this.describe(file, reply);
    const part = requestedRange(applicableRange(request.headers, etag), size);
    if (part === 'unsatisfiable') {
      void reply.header('Content-Range', `bytes */${size}`);
      throw new HttpException(`The file has ${size} bytes.`, 416);
    }
    await this.send(file, part, plainAddress(request.ip), reply);
  }

  private async describe({ blob }: PublishedFile, reply: FastifyReply): Promise<void> {
    await this.lengths.check(blob);
    reply.hijack();
    reply.raw.writeHead(200, fragmentHeaders(blob.sha256, blob.size, 'whole')).end();
  }

  private async send(
    file: PublishedFile,
    part: FragmentPart,
    address: string,
    reply: FastifyReply,
  ): Promise<void> {
    const { acceleratedPrefix } = this.options;
    const lane = this.limits.laneOf(address);
    // Only of what we send ourselves do we know the end, so nginx gets no download that a limit is about.
    if (lane === null && acceleratedPrefix !== null) {
      await this.handedOver.execute(file, acceleratedPrefix, reply);
      // nginx does not tell how it went on: a download counts as complete once it is handed over.
      this.note(file, address, lengthOf(part, file.blob.size), part === 'whole');
      return;
    }
    if (lane !== null && !lane.enter()) {
      this.refused.add(1);
      throw new AppError(ERRORS.FRAGMENTS_LIMIT_REACHED, 'Too many downloads at once; try again later.');
    }
    try {
      const { bytes, isComplete } = await this.streamed.execute(file, part, lane, reply);
      this.note(file, address, bytes, isComplete && part === 'whole');
    } finally {
      lane?.leave();
    }
  }

  private note(
    { fileId, fragment }: PublishedFile,
    address: string,
    bytes: number,
    isComplete: boolean,
  ): void {
    this.accesses.note({ fileId, fragment, ticket: null, address, bytes, isComplete });
  }
}
